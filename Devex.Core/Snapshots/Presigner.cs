using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Devex.Core.Snapshots;

/// <summary>What is to be signed.</summary>
/// <param name="Method">GET or PUT.</param>
/// <param name="Endpoint">Scheme and authority; the signature covers the authority.</param>
/// <param name="Path">Absolute path, not encoded.</param>
/// <param name="Headers">Lower-case headers that the caller must send exactly so, beside <c>host</c>.</param>
internal sealed record PresignRequest(string Method, Uri Endpoint, string Path, IReadOnlyDictionary<string, string> Headers);

/// <summary>Keys that sign; the token belongs to temporary ones.</summary>
internal sealed record SigningKeys(string AccessKey, string SecretKey, string? Token);

/// <summary>
/// Presigned S3 addresses by AWS Signature Version 4 in the query string, any headers signed. By hand because the SDK's presigner does not sign
/// <c>content-length</c>. Source: AWS, "Authenticating requests: using query parameters".
/// </summary>
internal static class Presigner
{
    public static string Sign(PresignRequest request, SigningKeys keys, string region, DateTimeOffset now, TimeSpan lifetime)
    {
        var timestamp = now.UtcDateTime.ToString("yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture);
        var scope = $"{timestamp[..8]}/{region}/s3/aws4_request";
        var headers = new SortedDictionary<string, string>(request.Headers.ToDictionary(), StringComparer.Ordinal) { ["host"] = request.Endpoint.Authority };
        var signed = string.Join(';', headers.Keys);
        var query = new SortedDictionary<string, string>(StringComparer.Ordinal)
        {
            ["X-Amz-Algorithm"] = "AWS4-HMAC-SHA256",
            ["X-Amz-Credential"] = $"{keys.AccessKey}/{scope}",
            ["X-Amz-Date"] = timestamp,
            ["X-Amz-Expires"] = ((long)lifetime.TotalSeconds).ToString(CultureInfo.InvariantCulture),
            ["X-Amz-SignedHeaders"] = signed,
        };
        if (keys.Token is { } token)
            query["X-Amz-Security-Token"] = token;

        var path = string.Join('/', request.Path.Split('/').Select(Uri.EscapeDataString));
        var parameters = string.Join('&', query.Select(pair => $"{Uri.EscapeDataString(pair.Key)}={Uri.EscapeDataString(pair.Value)}"));
        var headerLines = string.Concat(headers.Select(header => $"{header.Key}:{header.Value.Trim()}\n"));
        var canonical = $"{request.Method}\n{path}\n{parameters}\n{headerLines}\n{signed}\nUNSIGNED-PAYLOAD";
        var text = $"AWS4-HMAC-SHA256\n{timestamp}\n{scope}\n{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(canonical)))}";

        var key = scope.Split('/').Aggregate(Encoding.UTF8.GetBytes("AWS4" + keys.SecretKey), Hmac);
        return $"{request.Endpoint.GetLeftPart(UriPartial.Authority)}{path}?{parameters}&X-Amz-Signature={Convert.ToHexStringLower(Hmac(key, text))}";
    }

    private static byte[] Hmac(byte[] key, string text) => HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(text));
}
