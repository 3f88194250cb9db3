using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Devex.Core.Keys;

namespace Devex.Core.Environments;

/// <summary>
/// Encrypts values at rest: AES-256-GCM under a key from <c>Keys:Secrets</c>. What a value belongs to goes into the tag, so that one that is moved to
/// another name, REPL or user does not open.
/// </summary>
internal sealed class SecretBox(CoreKeys keys)
{
    private const string Version = "1.";

    private static readonly int NonceSize = AesGcm.NonceByteSizes.MaxSize;
    private static readonly int TagSize = AesGcm.TagByteSizes.MaxSize;

    /// <summary><c>1.</c> and base64url of nonce, tag and ciphertext.</summary>
    public string Seal(string belongsTo, string value)
    {
        var text = Encoding.UTF8.GetBytes(value);
        var whole = new byte[NonceSize + TagSize + text.Length];
        var nonce = whole.AsSpan(0, NonceSize);
        RandomNumberGenerator.Fill(nonce);
        using var aes = new AesGcm(keys.Secrets, TagSize);
        aes.Encrypt(nonce, text, whole.AsSpan(NonceSize + TagSize), whole.AsSpan(NonceSize, TagSize), Encoding.UTF8.GetBytes(belongsTo));
        return Version + Base64Url.EncodeToString(whole);
    }

    /// <summary>Null when it was sealed by another key, for something else, or changed since.</summary>
    public string? Open(string belongsTo, string box)
    {
        if (!box.StartsWith(Version, StringComparison.Ordinal))
            return null;
        try
        {
            var whole = Base64Url.DecodeFromChars(box.AsSpan(Version.Length));
            if (whole.Length < NonceSize + TagSize)
                return null;
            var text = new byte[whole.Length - NonceSize - TagSize];
            using var aes = new AesGcm(keys.Secrets, TagSize);
            aes.Decrypt(
                whole.AsSpan(0, NonceSize), whole.AsSpan(NonceSize + TagSize), whole.AsSpan(NonceSize, TagSize), text, Encoding.UTF8.GetBytes(belongsTo));
            return Encoding.UTF8.GetString(text);
        }
        catch (Exception e) when (e is FormatException or AuthenticationTagMismatchException)
        {
            return null;
        }
    }
}
