using Devex.EmbeddedS3.Errors;
using Devex.EmbeddedS3.Payloads;
using Devex.EmbeddedS3.Requests;

namespace Devex.EmbeddedS3.Objects;

/// <summary>The headers that are kept with an object and given back.</summary>
internal static class ObjectHeaders
{
    private const string Meta = "x-amz-meta-";
    private const string DefaultContentType = "binary/octet-stream";

    private static readonly string[] Kept = ["Content-Type", "Cache-Control", "Content-Disposition", "Content-Encoding", "Content-Language", "Expires"];

    public static Dictionary<string, string> From(HttpRequest request)
    {
        var kept = new Dictionary<string, string>();
        foreach (var name in Kept)
        {
            var value = request.Headers[name].ToString();
            if (name == "Content-Encoding") value = WithoutFraming(value);
            if (value.Length > 0) kept[name] = value;
        }

        foreach (var (name, value) in request.Headers)
        {
            if (name.StartsWith(Meta, StringComparison.OrdinalIgnoreCase)) kept[name.ToLowerInvariant()] = value.ToString();
        }

        return kept;
    }

    public static void Write(HttpContext context, ObjectInfo info, Query query, bool isWhole)
    {
        var headers = context.Response.Headers;
        headers.ETag = $"\"{info.ETag}\"";
        headers.LastModified = info.LastModified.ToString("r");
        headers.AcceptRanges = "bytes";
        headers.ContentType = DefaultContentType;
        foreach (var (name, value) in info.Headers) headers[name] = value;
        foreach (var name in Kept)
        {
            if (query["response-" + name.ToLowerInvariant()] is not { } value) continue;
            if (value.Any(char.IsControl)) throw S3Error.InvalidArgument.Because($"response-{name} has control characters.").Exception();
            headers[name] = value;
        }

        if (!isWhole || context.Request.Headers["x-amz-checksum-mode"] != "ENABLED") return;
        foreach (var (name, value) in info.Checksums) headers[Checksum.HeaderPrefix + name] = value;
    }

    private static string WithoutFraming(string encodings) => string.Join(',', encodings
        .Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
        .Where(encoding => encoding != "aws-chunked"));
}
