using System.Net.Mime;
using System.Text.Json;
using Devex.Contracts;
using Devex.Contracts.Api;
using Devex.Core.Access;
using Devex.Core.Errors;
using Devex.Core.Repls;
using Devex.Snapshots.Entries;
using Devex.Snapshots.Reading;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;

namespace Devex.Core.History;

/// <summary>What is streamed: contents, archives, searches. All of it is users' bytes on the IDE's own origin, and so never shown as a page.</summary>
internal static class HistoryFileEndpoints
{
    private const int MaxText = 200;

    public static void MapFileEndpoints(this IEndpointRouteBuilder point)
    {
        point.MapGet("/file", FileAsync).WithName("DownloadHistoryFile").WithSummary("A file's content, as an attachment; ranges in bytes are honoured.")
            .Produces(StatusCodes.Status200OK, contentType: MediaTypeNames.Application.Octet).Produces(StatusCodes.Status206PartialContent);
        point.MapGet("/archive", ArchiveAsync).WithName("DownloadHistoryArchive").WithSummary("A folder as zip: the workspace unless another is named.")
            .Produces(StatusCodes.Status200OK, contentType: MediaTypeNames.Application.Zip);
        point.MapGet("/search", SearchAsync).WithName("SearchHistory").WithSummary("Names and contents that have a text, one JSON object per line.")
            .Produces<SearchResult>(StatusCodes.Status200OK, "application/x-ndjson");
    }

    private static async Task FileAsync(
        ReplId id, string point, HttpContext context, ReplStore store, RestorePoints points, CancellationToken cancellationToken, string? path = null)
    {
        var (_, role, opened) = await HistoryEndpoints.OpenAsync(context, store, points, id, point, cancellationToken);
        if (await opened.Tree.FindAsync(HistoryPath.Parse(path, role), cancellationToken) is not { Kind: EntryKind.File } file)
            throw HistoryEndpoints.Absent();
        var response = context.Response;
        var tag = $"\"{file.Hash}\"";
        Secure(response);
        response.Headers.ETag = tag;
        response.Headers.AcceptRanges = "bytes";
        response.ContentType = MediaTypeNames.Application.Octet;
        response.Headers.ContentDisposition = Attachment(SnapshotPath.Escape(file.Path.Name));
        if (context.Request.Headers.IfNoneMatch.Contains(tag))
        {
            response.StatusCode = StatusCodes.Status304NotModified;
            return;
        }
        if (RangeOf(context.Request, tag, file.Size) is not var (start, length))
        {
            response.StatusCode = StatusCodes.Status416RangeNotSatisfiable;
            response.Headers.ContentRange = $"bytes */{file.Size}";
            return;
        }
        if (length < file.Size)
        {
            response.StatusCode = StatusCodes.Status206PartialContent;
            response.Headers.ContentRange = $"bytes {start}-{start + length - 1}/{file.Size}";
        }
        response.ContentLength = length;
        if (HttpMethods.IsHead(context.Request.Method))
            return;
        await foreach (var part in new ContentReader(opened.Source).ReadAsync(file, start, length, cancellationToken))
            await response.Body.WriteAsync(part, cancellationToken);
    }

    private static async Task ArchiveAsync(
        ReplId id, string point, HttpContext context, ReplStore store, RestorePoints points, HistoryQueue queue, CancellationToken cancellationToken,
        string path = "workspace")
    {
        var (repl, role, opened) = await HistoryEndpoints.OpenAsync(context, store, points, id, point, cancellationToken);
        var root = HistoryPath.Parse(path, role);
        if (await opened.Tree.FindAsync(root, cancellationToken) is null)
            throw HistoryEndpoints.Absent();
        Secure(context.Response);
        context.Response.ContentType = MediaTypeNames.Application.Zip;
        context.Response.Headers.ContentDisposition = Attachment((root == HistoryPath.Workspace ? repl.Name : SnapshotPath.Escape(root.Name)) + ".zip");
        if (HttpMethods.IsHead(context.Request.Method))
            return;
        // Contents are written asynchronously; the entries' heads and the directory at the end are not.
        context.Features.GetRequiredFeature<IHttpBodyControlFeature>().AllowSynchronousIO = true;
        using var turn = await queue.EnterAsync(context.Caller().User.Id, cancellationToken);
        await HistoryArchive.WriteAsync(context.Response.Body, opened, root, cancellationToken);
    }

    private static async Task SearchAsync(
        ReplId id, string point, HttpContext context, ReplStore store, RestorePoints points, HistorySearch search, HistoryQueue queue,
        CancellationToken cancellationToken, string? text = null, string? path = null, bool matchCase = false, bool names = true, bool contents = true)
    {
        var (_, role, opened) = await HistoryEndpoints.OpenAsync(context, store, points, id, point, cancellationToken);
        if (text is not { Length: > 0 and <= MaxText } || text.AsSpan().ContainsAny('\n', '\r'))
            throw ApiProblem.Invalid("text", "history.text", $"Search for 1 to {MaxText} characters of one line.");
        var query = new SearchQuery(text, HistoryPath.ParseOptional(path, role), matchCase, names, contents);
        using var turn = await queue.EnterAsync(context.Caller().User.Id, cancellationToken);
        Secure(context.Response);
        context.Response.ContentType = "application/x-ndjson";
        context.Features.Get<IHttpResponseBodyFeature>()?.DisableBuffering();
        await foreach (var result in search.SearchAsync(opened, query, role, cancellationToken))
        {
            await JsonSerializer.SerializeAsync(context.Response.Body, result, HistoryJson.Default.SearchResult, cancellationToken);
            await context.Response.Body.WriteAsync("\n"u8.ToArray(), cancellationToken);
        }
    }

    internal static void Secure(HttpResponse response)
    {
        response.Headers.XContentTypeOptions = "nosniff";
        response.Headers.ContentSecurityPolicy = "sandbox; default-src 'none'";
        response.Headers["Cross-Origin-Resource-Policy"] = "same-origin";
        response.Headers.CacheControl = "private, no-cache";
    }

    /// <summary>The header for a name; what is not of letters, digits and the like travels encoded (RFC 6266).</summary>
    internal static string Attachment(string name)
    {
        var header = new ContentDispositionHeaderValue("attachment");
        header.SetHttpFileName(new StringSegment(string.Concat(name.Select(c => c is '/' or '\\' || char.IsControl(c) ? '_' : c))));
        return header.ToString();
    }

    /// <summary>Start and length that a request asks for: the whole without a single range; null when it lies outside.</summary>
    private static (long Start, long Length)? RangeOf(HttpRequest request, string tag, long size)
    {
        var headers = request.GetTypedHeaders();
        if (headers.Range is not { Unit.Value: "bytes", Ranges.Count: 1 } ranges || (request.Headers.IfRange.Count > 0 && request.Headers.IfRange != tag))
            return (0, size);
        var range = ranges.Ranges.First();
        if (range.From is not { } from)
            return range.To is not { } last || last == 0 || size == 0 ? null : (Math.Max(0, size - last), Math.Min(size, last));
        return from >= size ? null : (from, Math.Min(range.To ?? size - 1, size - 1) - from + 1);
    }
}
