using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Devex.Contracts;
using Devex.Core.Errors;
using Devex.Core.Repls;

namespace Devex.Core.Sharing;

/// <summary>
/// The form of share links' codes: <c>{REPL's id}-{32 random bytes, base64url}</c>. The id is in it, so that the REPL is found without an index of all
/// links; it is a secret all the same by its random part.
/// </summary>
internal static class ShareLinks
{
    private const int RandomBytes = 32;
    private const int MaxLength = 64;

    public static string NewCode(ReplId id) => $"{id}-{Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(RandomBytes))}";

    public static string Hash(string code) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(code)));

    /// <summary>The REPL named in a code of the right form; the code itself is not checked by this.</summary>
    public static ReplId? ReplOf(string code) =>
        code.Length is > ReplId.Length + 1 and <= MaxLength && code[ReplId.Length] == '-' && ReplId.TryParse(code[..ReplId.Length], out var id) ? id : null;

    /// <summary>The link that a code opens now; null when there is none, or not any more.</summary>
    public static ShareLinkRecord? Find(ReplRecord repl, string code, DateTimeOffset now)
    {
        var hash = Encoding.ASCII.GetBytes(Hash(code));
        return repl.Links.FirstOrDefault(link => link.ExpiresAt > now && CryptographicOperations.FixedTimeEquals(Encoding.ASCII.GetBytes(link.Hash), hash));
    }

    /// <summary>One answer for codes that are wrong, expired and revoked: which it is, is the owner's business.</summary>
    public static ApiProblem NoLink() =>
        new(StatusCodes.Status404NotFound, "share.invalid", "This link is not valid, or not any more. Ask its owner for a new one.");
}
