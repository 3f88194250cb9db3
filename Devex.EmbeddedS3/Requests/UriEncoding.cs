using System.Text;
using Devex.EmbeddedS3.Errors;

namespace Devex.EmbeddedS3.Requests;

/// <summary>AWS's URI encoding: every byte but <c>A-Z a-z 0-9 - . _ ~</c> becomes %XX with capitals.</summary>
internal static class UriEncoding
{
    private static readonly UTF8Encoding StrictUtf8 = new(false, throwOnInvalidBytes: true);

    public static string Encode(string text, bool keepSlash = false)
    {
        var encoded = new StringBuilder(text.Length + 8);
        foreach (var b in Encoding.UTF8.GetBytes(text))
        {
            var c = (char)b;
            if (char.IsAsciiLetterOrDigit(c) || c is '-' or '.' or '_' or '~' || (keepSlash && c == '/')) encoded.Append(c);
            else encoded.Append('%').Append(b.ToString("X2", System.Globalization.CultureInfo.InvariantCulture));
        }

        return encoded.ToString();
    }

    /// <summary>Undoes percent-encoding once; <paramref name="plusIsSpace"/> is the rule of query strings.</summary>
    /// <exception cref="S3Exception">InvalidURI: a broken escape, or bytes that are not UTF-8.</exception>
    public static string Decode(ReadOnlySpan<char> text, bool plusIsSpace = false)
    {
        var bytes = new byte[Encoding.UTF8.GetMaxByteCount(text.Length)];
        var length = 0;
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] == '%')
            {
                if (i + 2 >= text.Length
                    || !byte.TryParse(text.Slice(i + 1, 2), System.Globalization.NumberStyles.AllowHexSpecifier, null, out bytes[length])) throw S3Error.InvalidUri.Exception();
                length++;
                i += 2;
            }
            else if (text[i] == '+' && plusIsSpace)
            {
                bytes[length++] = (byte)' ';
            }
            else
            {
                length += Encoding.UTF8.GetBytes(text.Slice(i, 1), bytes.AsSpan(length));
            }
        }

        try
        {
            return StrictUtf8.GetString(bytes, 0, length);
        }
        catch (DecoderFallbackException)
        {
            throw S3Error.InvalidUri.Because("The URI is not percent-encoded UTF-8.").Exception();
        }
    }
}
