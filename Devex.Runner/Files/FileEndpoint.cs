using System.Buffers;
using Devex.Contracts;
using Devex.Contracts.Protocol;
using Devex.Runner.Access;
using Devex.Runner.Control;
using Devex.Runner.Documents;
using Devex.Runner.Saves;
using Devex.Runner.Sessions;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Win32.SafeHandles;

namespace Devex.Runner.Files;

/// <summary>File contents over HTTP: streamed, with ranges and conditions. Never shown as a page of this origin.</summary>
internal sealed class FileEndpoint(
    WorkspaceFiles files, FileDrafts drafts, FileUploads uploads, FileArchives archives, FileDownloads downloads, DocumentStore documents, SessionState session, SpaceGuard space)
{
    private const int BufferSize = 64 << 10;

    /// <summary><c>GET</c>, <c>HEAD</c> and <c>PUT /files/{**path}</c>.</summary>
    public Task ServeAsync(Visit visit, CancellationToken cancellation)
    {
        var path = UrlPath.Decode(visit.Rest);
        return HttpMethods.IsPut(visit.Context.Request.Method) ? TakeAsync(visit, path, cancellation) : GetAsync(visit.Context, path, cancellation);
    }

    /// <summary><c>GET /archive/{**path}</c>.</summary>
    public Task ServeArchiveAsync(Visit visit, CancellationToken cancellation) =>
        ArchiveAsync(visit.Context, UrlPath.Decode(visit.Rest), cancellation);

    /// <summary><c>GET /downloads/{code}</c>.</summary>
    public async Task ServeDownloadAsync(Visit visit, CancellationToken cancellation)
    {
        using var download = downloads.Take(visit.Rest) ?? throw Used();
        var link = download.Link;
        if (link.Archive)
        {
            await ArchiveAsync(visit.Context, link.Path, cancellation);
            return;
        }
        AsAttachment(visit.Context.Response, RelativePath.Name(link.Path));
        await GetAsync(visit.Context, link.Path, cancellation, known: !download.First);
    }

    /// <param name="known">Answers only who names the version.</param>
    private async Task GetAsync(HttpContext context, string path, CancellationToken cancellation, bool known = false)
    {
        await documents.CatchUpAsync();
        using var file = files.OpenRead(path, out var stat);
        var (request, response) = (context.Request, context.Response);
        MakeInert(response);
        var tag = $"\"{stat.Version}\"";
        if (known && request.Headers.IfMatch != tag && request.Headers.IfRange != tag)
            throw Used();
        response.Headers.ETag = tag;
        response.Headers.AcceptRanges = "bytes";
        response.ContentType = "application/octet-stream";
        if (request.Headers.IfMatch.Count > 0 && !EntityTags.Match(request.Headers.IfMatch, tag))
            throw new SessionException(StatusCodes.Status412PreconditionFailed, "files.changed", "It has another version.", path);
        if (EntityTags.Match(request.Headers.IfNoneMatch, tag))
        {
            response.StatusCode = StatusCodes.Status304NotModified;
            return;
        }
        var range = ByteRange.Parse(request, tag, stat.Size);
        if (range is null)
        {
            response.Headers.ContentRange = $"bytes */{stat.Size}";
            throw new SessionException(StatusCodes.Status416RangeNotSatisfiable, "files.range", $"The file has {stat.Size} bytes.", path, stat.Size);
        }
        var (start, length) = range.Value;
        if (length != stat.Size)
        {
            response.StatusCode = StatusCodes.Status206PartialContent;
            response.Headers.ContentRange = $"bytes {start}-{start + length - 1}/{stat.Size}";
        }
        response.ContentLength = length;
        if (!HttpMethods.IsHead(request.Method))
            await SendAsync(context, file, start, length, cancellation);
    }

    private static async Task SendAsync(HttpContext context, SafeFileHandle file, long start, long length, CancellationToken cancellation)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(BufferSize);
        try
        {
            while (length > 0)
            {
                var read = await RandomAccess.ReadAsync(file, buffer.AsMemory(0, (int)Math.Min(buffer.Length, length)), start, cancellation);
                if (read == 0)
                {
                    // It was cut short under us: the reader must not take it for whole.
                    context.Abort();
                    return;
                }
                await context.Response.Body.WriteAsync(buffer.AsMemory(0, read), cancellation);
                start += read;
                length -= read;
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>Browsers read an answer once they have sent everything; an upload that is cut short is a lost connection to them, and its reason is never seen. A session that ends waits for no upload that it refuses.</summary>
    private async Task TakeAsync(Visit visit, string path, CancellationToken cancellation)
    {
        try
        {
            await PutAsync(visit, path, cancellation);
        }
        catch (SessionException) when (session.Frozen is null)
        {
            await visit.Context.Request.Body.CopyToAsync(Stream.Null, cancellation);
            throw;
        }
    }

    private async Task PutAsync(Visit visit, string path, CancellationToken cancellation)
    {
        var (request, response) = (visit.Context.Request, visit.Context.Response);
        if (visit.Caller.Role < Role.Editor)
            throw new SessionException(ErrorCodes.Forbidden, "session.role", "This needs the role editor.", path);
        session.EnsureLive();
        space.EnsureRoom(path);
        var expected = EntityTags.Expectation(request);
        string version;
        if (UploadPart.Of(request, path, expected) is { } part)
        {
            version = await uploads.ReceiveAsync(visit.Caller, part, Begin, Receive, visit.Context.Abort, cancellation);
        }
        else
        {
            using var draft = Begin();
            version = await Receive(draft);
        }
        response.Headers.ETag = $"\"{version}\"";
        response.StatusCode = StatusCodes.Status204NoContent;

        FileDraft Begin() => WithConditions(() => drafts.Begin(path, expected));

        async Task<string> Receive(FileDraft draft)
        {
            // An upload that takes hours is somebody's work, which no session falls asleep over.
            await draft.WriteAsync(request.Body, session.Touch, cancellation);
            // A freeze that came meanwhile counts.
            session.EnsureLive();
            session.Touch();
            return WithConditions(draft.Commit);
        }
    }

    private static T WithConditions<T>(Func<T> action)
    {
        try
        {
            return action();
        }
        catch (SessionException e) when (e.Reason is "files.changed" or "files.exists")
        {
            throw new SessionException(StatusCodes.Status412PreconditionFailed, e.Reason, e.Message, e.Path);
        }
    }

    private async Task ArchiveAsync(HttpContext context, string path, CancellationToken cancellation)
    {
        await documents.CatchUpAsync();
        using var folder = archives.Open(path);
        MakeInert(context.Response);
        context.Response.ContentType = "application/zip";
        AsAttachment(context.Response, (path.Length == 0 ? session.Name : RelativePath.Name(path)) + ".zip");
        // Contents are written asynchronously; the entries' heads and the directory at the end are not.
        context.Features.GetRequiredFeature<IHttpBodyControlFeature>().AllowSynchronousIO = true;
        if (!HttpMethods.IsHead(context.Request.Method))
            await archives.WriteAsync(folder, path, context.Response.Body, cancellation);
    }

    private static SessionException Used() => new(ErrorCodes.NotFound, "downloads.used", "This download was used or has expired; start it again.");

    private static void MakeInert(HttpResponse response)
    {
        response.Headers.XContentTypeOptions = "nosniff";
        response.Headers.ContentSecurityPolicy = "sandbox; default-src 'none'";
    }

    private static void AsAttachment(HttpResponse response, string name) =>
        response.Headers.ContentDisposition = $"attachment; filename*=UTF-8''{Uri.EscapeDataString(name)}";
}
