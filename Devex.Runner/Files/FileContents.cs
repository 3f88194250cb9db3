using System.Text;
using Devex.Contracts.Protocol;
using Devex.Runner.Sessions;

namespace Devex.Runner.Files;

/// <summary>Content on its way from a JSON string to bytes.</summary>
internal static class FileContents
{
    private static readonly UTF8Encoding Strict = new(false, throwOnInvalidBytes: true);

    /// <exception cref="SessionException">400: it cannot be bytes, and why.</exception>
    public static byte[] Decode(WriteFile write)
    {
        try
        {
            return write.Encoding == ContentEncoding.Base64 ? Convert.FromBase64String(write.Content) : Strict.GetBytes(write.Content);
        }
        catch (Exception e) when (e is FormatException or EncoderFallbackException)
        {
            throw new SessionException(
                ErrorCodes.InvalidParams, "files.content",
                write.Encoding == ContentEncoding.Base64 ? "The content is not base64." : "The content has half of a surrogate pair.", write.Path);
        }
    }
}
