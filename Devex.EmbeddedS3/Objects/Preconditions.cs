using System.Globalization;
using Devex.EmbeddedS3.Errors;

namespace Devex.EmbeddedS3.Objects;

/// <summary>The conditional headers of one request.</summary>
/// <param name="IfMatch">Entity tags without quotes, or <c>*</c>; null without the header.</param>
/// <param name="IfNoneMatch">Likewise.</param>
internal sealed record Preconditions(
    IReadOnlyList<string>? IfMatch, IReadOnlyList<string>? IfNoneMatch, DateTimeOffset? IfModifiedSince, DateTimeOffset? IfUnmodifiedSince)
{
    /// <param name="prefix">Empty, or <c>x-amz-copy-source-</c>.</param>
    public static Preconditions From(HttpRequest request, string prefix = "") => new(
        Tags(request.Headers[prefix + "If-Match"].ToString()),
        Tags(request.Headers[prefix + "If-None-Match"].ToString()),
        Date(request.Headers[prefix + "If-Modified-Since"].ToString()),
        Date(request.Headers[prefix + "If-Unmodified-Since"].ToString()));

    /// <summary>For writes, inside the key's lock: <paramref name="current"/> is what the write would replace.</summary>
    public void CheckWrite(ObjectInfo? current)
    {
        if (IfNoneMatch is not null)
        {
            if (IfNoneMatch is not ["*"]) throw S3Error.NotImplemented.Because("A write takes If-None-Match with the value * only.").Exception();
            if (current is not null) throw Failed("If-None-Match");
        }

        if (IfMatch is null) return;
        if (current is null) throw S3Error.NoSuchKey.Exception();
        if (!Matches(IfMatch, current)) throw Failed("If-Match");
    }

    /// <summary>For reads; true means 304. The order is RFC 9110's (13.2.2), and S3's.</summary>
    public bool IsNotModified(ObjectInfo current)
    {
        if (IfMatch is not null)
        {
            if (!Matches(IfMatch, current)) throw Failed("If-Match");
        }
        else if (IfUnmodifiedSince is { } limit && Seconds(current.LastModified) > limit)
        {
            throw Failed("If-Unmodified-Since");
        }

        return IfNoneMatch is not null
            ? Matches(IfNoneMatch, current)
            : IfModifiedSince is { } since && Seconds(current.LastModified) <= since;
    }

    private static S3Exception Failed(string condition) => S3Error.PreconditionFailed.Exception(("Condition", condition));

    private static bool Matches(IReadOnlyList<string> tags, ObjectInfo current) => tags.Any(tag => tag == "*" || tag == current.ETag);

    private static DateTimeOffset Seconds(DateTimeOffset time) => DateTimeOffset.FromUnixTimeSeconds(time.ToUnixTimeSeconds());

    private static List<string>? Tags(string header) => header.Length == 0
        ? null
        : [.. header.Split(',', StringSplitOptions.TrimEntries).Select(tag => tag.Trim('"'))];

    private static DateTimeOffset? Date(string header) =>
        DateTimeOffset.TryParse(header, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var date) ? date : null;
}
