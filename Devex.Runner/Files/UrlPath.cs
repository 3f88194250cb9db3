using System.Globalization;
using System.Text;
using Devex.Contracts.Protocol;
using Devex.Runner.Sessions;

namespace Devex.Runner.Files;

/// <summary>Decodes a path from a request target, once and strictly.</summary>
internal static class UrlPath
{
    private static readonly UTF8Encoding Strict = new(false, throwOnInvalidBytes: true);

    /// <exception cref="SessionException">400: an escape is malformed, not UTF-8, or hides a slash.</exception>
    public static string Decode(string encoded)
    {
        var bytes = new List<byte>(encoded.Length);
        for (var i = 0; i < encoded.Length; i++)
        {
            if (encoded[i] != '%')
            {
                if (encoded[i] > '~')
                    throw Bad();
                bytes.Add((byte)encoded[i]);
                continue;
            }
            if (i + 2 >= encoded.Length
                || !byte.TryParse(encoded.AsSpan(i + 1, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var value) || value == '/')
            {
                throw Bad();
            }
            bytes.Add(value);
            i += 2;
        }
        try
        {
            return Strict.GetString([.. bytes]);
        }
        catch (DecoderFallbackException)
        {
            throw Bad();
        }
    }

    private static SessionException Bad() =>
        new(ErrorCodes.BadPath, "files.path", "The path is not a valid percent-encoded UTF-8 path; a slash inside a name cannot be.");
}
