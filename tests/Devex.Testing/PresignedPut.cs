using System.Net.Http.Headers;
using Amazon.S3;
using Amazon.S3.Model;

namespace Devex.Testing;

/// <summary>
/// A presigned PUT that takes exactly one content, once: it signs the length, the SHA-256 and <c>If-None-Match: *</c>.
/// </summary>
/// <remarks>
/// The SDK's presigner signs whatever is in <see cref="GetPreSignedUrlRequest.Headers"/> (it does not move these into the
/// query), so nothing has to be signed by hand. The sender must send all three headers as they were signed.
/// <see cref="GetPreSignedUrlRequest.Protocol"/> must be set: it does not follow the service URL.
/// </remarks>
public static class PresignedPut
{
    public static Uri Create(IAmazonS3 s3, string bucket, string key, long length, byte[] sha256, TimeSpan expiresIn)
    {
        var request = new GetPreSignedUrlRequest
        {
            BucketName = bucket,
            Key = key,
            Verb = HttpVerb.PUT,
            Expires = TimeProvider.System.GetUtcNow().UtcDateTime + expiresIn,
            Protocol = s3.Config.ServiceURL?.StartsWith("http:", StringComparison.OrdinalIgnoreCase) == true ? Protocol.HTTP : Protocol.HTTPS,
        };
        request.Headers.ContentLength = length;
        request.Headers["x-amz-checksum-sha256"] = Convert.ToBase64String(sha256);
        request.Headers["If-None-Match"] = "*";
        return new Uri(s3.GetPreSignedURL(request));
    }

    /// <summary>The request that such a URL takes.</summary>
    public static HttpRequestMessage Request(Uri url, byte[] content, byte[] sha256)
    {
        var request = new HttpRequestMessage(HttpMethod.Put, url) { Content = new ByteArrayContent(content) };
        request.Content.Headers.ContentLength = content.Length;
        request.Headers.Add("x-amz-checksum-sha256", Convert.ToBase64String(sha256));
        request.Headers.IfNoneMatch.Add(EntityTagHeaderValue.Any);
        return request;
    }
}
