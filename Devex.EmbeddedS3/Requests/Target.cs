using System.Text;
using Devex.EmbeddedS3.Errors;
using Microsoft.AspNetCore.Http.Features;

namespace Devex.EmbeddedS3.Requests;

/// <summary>
/// What a request names, read from the raw request target: the server's own reading would fold <c>a/../b</c>, which is a
/// key like any other. Path style only: <c>/bucket/key</c>.
/// </summary>
internal sealed record Target(string Path, Query Query, string? Bucket, string? Key)
{
    private const int MaxKeyBytes = 1024;

    public static Target Of(HttpContext context) => Parse(context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget);

    /// <exception cref="S3Exception">InvalidURI, KeyTooLongError.</exception>
    public static Target Parse(string rawTarget)
    {
        if (!rawTarget.StartsWith('/')) throw S3Error.InvalidUri.Exception();

        var cut = rawTarget.IndexOf('?', StringComparison.Ordinal);
        var path = UriEncoding.Decode(cut < 0 ? rawTarget : rawTarget.AsSpan(0, cut));
        var query = new Query(cut < 0 ? "" : rawTarget[(cut + 1)..]);
        var slash = path.IndexOf('/', 1);
        var bucket = slash < 0 ? path[1..] : path[1..slash];
        var key = slash < 0 ? "" : path[(slash + 1)..];
        if (Encoding.UTF8.GetByteCount(key) > MaxKeyBytes) throw S3Error.KeyTooLong.Exception();
        return new Target(path, query, bucket.Length == 0 ? null : bucket, key.Length == 0 ? null : key);
    }
}
