using System.Buffers.Text;
using System.Security.Cryptography;

namespace Devex.Runner.Snapshots;

/// <summary>22 characters of base64url: 128 random bits.</summary>
internal static class RandomId
{
    public static string New() => Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(16));
}
