using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Devex.EmbeddedS3.Requests;

namespace Devex.EmbeddedS3.Signatures;

/// <summary>
/// AWS Signature Version 4 for S3 as pure functions. Source, and the examples that the tests repeat:
/// https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-authenticating-requests.html.
/// </summary>
internal static class SignatureV4
{
    public const string Algorithm = "AWS4-HMAC-SHA256";
    public const string TimeFormat = "yyyyMMdd'T'HHmmss'Z'";
    public const string EmptyHash = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

    /// <param name="path">Decoded. S3 encodes it once, where other services encode twice, and does not fold dots.</param>
    /// <param name="query">Decoded pairs, without X-Amz-Signature.</param>
    /// <param name="headers">The signed headers: lower-case names, sorted, with their values.</param>
    public static string CanonicalRequest(
        string method,
        string path,
        IEnumerable<KeyValuePair<string, string>> query,
        IReadOnlyCollection<KeyValuePair<string, string>> headers,
        string payloadHash)
    {
        var pairs = query
            .Select(pair => (Name: UriEncoding.Encode(pair.Key), Value: UriEncoding.Encode(pair.Value)))
            .OrderBy(pair => pair.Name, StringComparer.Ordinal).ThenBy(pair => pair.Value, StringComparer.Ordinal)
            .Select(pair => $"{pair.Name}={pair.Value}");
        var lines = headers.Select(header => $"{header.Key}:{Trim(header.Value)}\n");
        return $"{method}\n{UriEncoding.Encode(path, keepSlash: true)}\n{string.Join('&', pairs)}\n{string.Concat(lines)}\n"
            + $"{string.Join(';', headers.Select(header => header.Key))}\n{payloadHash}";
    }

    public static string StringToSign(DateTimeOffset time, Scope scope, string canonicalRequest) =>
        $"{Algorithm}\n{Format(time)}\n{scope}\n{Hash(Encoding.UTF8.GetBytes(canonicalRequest))}";

    /// <param name="previous">The signature of the chunk before, or of the request for the first.</param>
    public static string ChunkStringToSign(DateTimeOffset time, Scope scope, string previous, string chunkHash) =>
        $"{Algorithm}-PAYLOAD\n{Format(time)}\n{scope}\n{previous}\n{EmptyHash}\n{chunkHash}";

    /// <param name="trailers"><c>name:value\n</c> for each trailer in the order sent.</param>
    public static string TrailerStringToSign(DateTimeOffset time, Scope scope, string previous, string trailers) =>
        $"{Algorithm}-TRAILER\n{Format(time)}\n{scope}\n{previous}\n{Hash(Encoding.UTF8.GetBytes(trailers))}";

    public static byte[] SigningKey(string secretKey, Scope scope)
    {
        var key = Encoding.UTF8.GetBytes("AWS4" + secretKey);
        foreach (var part in new[] { scope.Date, scope.Region, scope.Service, Scope.Terminator })
            key = HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(part));
        return key;
    }

    public static string Sign(byte[] signingKey, string stringToSign) =>
        Convert.ToHexStringLower(HMACSHA256.HashData(signingKey, Encoding.UTF8.GetBytes(stringToSign)));

    /// <summary>Compares in time that does not depend on where the two differ.</summary>
    public static bool Same(string expected, string given) =>
        CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(expected), Encoding.UTF8.GetBytes(given));

    public static string Hash(ReadOnlySpan<byte> data) => Convert.ToHexStringLower(SHA256.HashData(data));

    public static string Format(DateTimeOffset time) => time.UtcDateTime.ToString(TimeFormat, CultureInfo.InvariantCulture);

    private static string Trim(string value)
    {
        value = value.Trim();
        while (value.Contains("  ", StringComparison.Ordinal)) value = value.Replace("  ", " ", StringComparison.Ordinal);
        return value;
    }
}
