using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Devex.Contracts;

namespace Devex.Core.Identity;

/// <summary>
/// The form of API tokens: <c>dvx_{user id}_{32 random bytes, base64url}</c>. The user's id is in it, so that it is found without an
/// index of all tokens; it is a secret all the same by its random part.
/// </summary>
internal static class ApiTokens
{
    public const string Prefix = "dvx_";

    private const int RandomBytes = 32;

    public static string New(UserId user) => $"{Prefix}{user}_{Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(RandomBytes))}";

    public static string Hash(string token) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(token)));

    /// <summary>The user named in a token of the right form; the token itself is not checked by this.</summary>
    public static UserId? UserOf(string token)
    {
        if (!token.StartsWith(Prefix, StringComparison.Ordinal) || token.Length > 128)
            return null;
        var rest = token.AsSpan(Prefix.Length);
        var end = rest.IndexOf('_');
        return end > 0 && UserId.TryParse(rest[..end], null, out var user) ? user : null;
    }
}
