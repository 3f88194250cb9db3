using System.Security.Cryptography;

namespace Devex.Core.Sessions.Steps;

internal static class Names
{
    /// <summary>A new name of a session or of a save attempt: ten characters, never the same twice.</summary>
    public static string New() => RandomNumberGenerator.GetString("0123456789abcdefghjkmnpqrstvwxyz", 10);
}
