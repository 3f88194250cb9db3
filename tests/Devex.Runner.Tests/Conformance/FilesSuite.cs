using System.IO.Compression;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Devex.Contracts;
using Devex.Contracts.Protocol;
using Devex.Testing.Runner;
using Xunit;

namespace Devex.Runner.Tests.Conformance;

public abstract class FilesSuite(IRunnerFixture fixture) : ConformanceSuite(fixture)
{
    [Fact]
    public async Task Files_are_made_written_moved_and_deleted()
    {
        await using var runner = await StartReadyAsync();
        await using var session = await runner.Client.OpenSessionAsync(cancellation: Token);
        await session.CreateAsync("src", FileKind.Folder);
        var version = await session.WriteFileAsync("src/a.txt", "grüße 🎈", expected: null);
        var read = await session.ReadFileAsync("src/a.txt");
        Assert.Equal(("grüße 🎈", version, ContentEncoding.Utf8), (read.Content, read.Version, read.Encoding));
        Assert.Equal("files.changed", (await Assert.ThrowsAsync<RunnerErrorException>(() => session.WriteFileAsync("src/a.txt", "x", "other"))).Reason);
        await session.RenameAsync("src/a.txt", "src/b.txt");
        await session.CopyAsync("src", "copy");
        Assert.Equal("b.txt", Assert.Single(await session.ListAsync("copy")).Name);
        await session.DeleteAsync("src", recursive: true);
        Assert.Equal(["copy"], (await session.ListAsync()).Select(entry => entry.Name));
        Assert.Equal(ErrorCodes.NotFound, (await Assert.ThrowsAsync<RunnerErrorException>(() => session.StatAsync("src"))).Code);
    }

    [Fact]
    public async Task Changes_by_others_are_told()
    {
        await using var runner = await StartReadyAsync();
        await using var session = await runner.Client.OpenSessionAsync(cancellation: Token);
        await session.WatchAsync();
        await File.WriteAllTextAsync(Path.Combine(runner.Workspace, "made"), "x", Token);
        await session.NextAsync("files.changed", ProtocolJson.Default.FilesChanged, told => told.Paths.Contains(new FileChange("made", FileChangeKind.Created)), Token);
        await session.WriteFileAsync("made", "y");
        await session.NextAsync("files.changed", ProtocolJson.Default.FilesChanged, told => told.Paths.Contains(new FileChange("made", FileChangeKind.Changed)), Token);
    }

    [Fact]
    public async Task Contents_stream_with_ranges_and_conditions()
    {
        await using var runner = await StartReadyAsync();
        await using var session = await runner.Client.OpenSessionAsync(cancellation: Token);
        var bytes = new byte[3 << 20];
        Random.Shared.NextBytes(bytes);
        using (var put = await PutAsync(runner, session, "/files/b%20%C3%A4.bin", bytes, request => request.Headers.IfNoneMatch.Add(EntityTagHeaderValue.Any)))
            Assert.Equal(HttpStatusCode.NoContent, put.StatusCode);
        Assert.Equal(bytes, await File.ReadAllBytesAsync(Path.Combine(runner.Workspace, "b ä.bin"), Token));
        using (var again = await PutAsync(runner, session, "/files/b%20%C3%A4.bin", bytes, request => request.Headers.IfNoneMatch.Add(EntityTagHeaderValue.Any)))
            Assert.Equal(HttpStatusCode.PreconditionFailed, again.StatusCode);

        using var whole = await GetAsync(runner, session, "/files/b%20%C3%A4.bin");
        Assert.Equal(bytes, await whole.Content.ReadAsByteArrayAsync(Token));
        Assert.Equal("nosniff", whole.Headers.GetValues("X-Content-Type-Options").Single());
        Assert.Equal("application/octet-stream", whole.Content.Headers.ContentType!.MediaType);
        var tag = whole.Headers.ETag!;
        using var part = await GetAsync(runner, session, "/files/b%20%C3%A4.bin", request => request.Headers.Range = new RangeHeaderValue(100, 199));
        Assert.Equal(HttpStatusCode.PartialContent, part.StatusCode);
        Assert.Equal(bytes[100..200], await part.Content.ReadAsByteArrayAsync(Token));
        using var tail = await GetAsync(runner, session, "/files/b%20%C3%A4.bin", request => request.Headers.Range = new RangeHeaderValue(null, 5));
        Assert.Equal(bytes[^5..], await tail.Content.ReadAsByteArrayAsync(Token));
        using var beyond = await GetAsync(runner, session, "/files/b%20%C3%A4.bin", request => request.Headers.Range = new RangeHeaderValue(4 << 20, null));
        Assert.Equal(HttpStatusCode.RequestedRangeNotSatisfiable, beyond.StatusCode);
        using var same = await GetAsync(runner, session, "/files/b%20%C3%A4.bin", request => request.Headers.IfNoneMatch.Add(tag));
        Assert.Equal(HttpStatusCode.NotModified, same.StatusCode);

        using (var replaced = await PutAsync(runner, session, "/files/b%20%C3%A4.bin", [1], request => request.Headers.IfMatch.Add(tag)))
            Assert.Equal(HttpStatusCode.NoContent, replaced.StatusCode);
        using (var stale = await PutAsync(runner, session, "/files/b%20%C3%A4.bin", [2], request => request.Headers.IfMatch.Add(tag)))
            Assert.Equal(HttpStatusCode.PreconditionFailed, stale.StatusCode);
        using var head = await runner.Client.SendAsync(HttpMethod.Head, "/files/b%20%C3%A4.bin", session.Welcome.Token, RunnerClient.WebOrigin, cancellation: Token);
        Assert.Equal(1, head.Content.Headers.ContentLength);
        Assert.Equal(["b ä.bin"], Directory.GetFileSystemEntries(runner.Workspace).Select(Path.GetFileName));
    }

    [Fact]
    public async Task An_upload_that_is_refused_is_taken_to_its_end_first()
    {
        await using var runner = await StartReadyAsync();
        await using var session = await runner.Client.OpenSessionAsync(cancellation: Token);
        await session.WriteFileAsync("there.bin", "kept", expected: null);
        const int pieces = 100;
        var piece = new byte[64 << 10];
        using var socket = await runner.DialAsync(Token);
        var head = $"PUT /files/there.bin HTTP/1.1\r\nHost: {runner.Client.Url.Authority}\r\nOrigin: {RunnerClient.WebOrigin}\r\nAuthorization: Bearer {session.Welcome.Token}\r\n"
            + $"If-None-Match: *\r\nContent-Length: {pieces * piece.Length}\r\n\r\n";
        await socket.SendAsync(Encoding.ASCII.GetBytes(head), Token);
        var answer = new byte[4096];
        var reading = socket.ReceiveAsync(answer, Token).AsTask();
        for (var sent = 0; sent < pieces; sent++)
        {
            Assert.False(reading.IsCompleted, "It was answered early, which browsers do not see while they send.");
            for (var part = 0; part < piece.Length;)
                part += await socket.SendAsync(piece.AsMemory(part), Token);
        }
        Assert.StartsWith("HTTP/1.1 412 ", Encoding.ASCII.GetString(answer, 0, await reading), StringComparison.Ordinal);
        Assert.Equal("kept", await File.ReadAllTextAsync(Path.Combine(runner.Workspace, "there.bin"), Token));
    }

    [Fact]
    public async Task An_upload_whose_connection_is_lost_or_hangs_goes_on_from_what_came()
    {
        await using var runner = await StartReadyAsync();
        await using var session = await runner.Client.OpenSessionAsync(cancellation: Token);
        await using var other = await runner.Client.OpenSessionAsync("local-grace", Role.Editor, cancellation: Token);
        var bytes = new byte[3 << 20];
        Random.Shared.NextBytes(bytes);
        var came = 0;

        // Lost, and then silent: of the second nobody but its sender knows.
        for (var (lost, piece) = (true, 1 << 20); came < 2 << 20; lost = false)
        {
            using var socket = await SendPartAsync(runner, session, came, bytes, piece);
            await ComesAsync(runner, came + piece);
            if (lost)
                socket.Dispose();
            Assert.Equal(ErrorCodes.NotFound, (await Assert.ThrowsAsync<RunnerErrorException>(() => other.UploadedAsync("photo1"))).Code);
            var state = await session.UploadedAsync("photo1");
            Assert.Equal((came + piece, null), (state.Bytes, state.Version));
            came += piece;
            if (!lost)
                Assert.Equal(0, await EndAsync(socket));
        }
        Assert.Empty(await session.ListAsync());

        // Not from where it is not, and not as another file.
        using (var gap = await PutAsync(runner, session, $"/files/photo.bin?upload=photo1&offset={came + 1}", bytes[(came + 1)..], Fresh))
            Assert.Equal((HttpStatusCode.Conflict, "files.upload"), (gap.StatusCode, await CodeAsync(gap)));
        using (var elsewhere = await PutAsync(runner, session, $"/files/other.bin?upload=photo1&offset={came}", bytes[came..], Fresh))
            Assert.Equal((HttpStatusCode.Conflict, "files.upload"), (elsewhere.StatusCode, await CodeAsync(elsewhere)));
        using (var unknown = await PutAsync(runner, session, $"/files/photo.bin?upload=photo2&offset={came}", bytes[came..], Fresh))
            Assert.Equal((HttpStatusCode.NotFound, "files.upload"), (unknown.StatusCode, await CodeAsync(unknown)));

        using (var rest = await PutAsync(runner, session, $"/files/photo.bin?upload=photo1&offset={came}", bytes[came..], Fresh))
        {
            Assert.Equal(HttpStatusCode.NoContent, rest.StatusCode);
            // Whoever did not hear that hears it again.
            Assert.Equal(rest.Headers.ETag!.Tag.Trim('"'), (await session.UploadedAsync("photo1")).Version);
        }
        Assert.Equal(bytes, await File.ReadAllBytesAsync(Path.Combine(runner.Workspace, "photo.bin"), Token));
        Assert.Equal(["photo.bin"], Directory.GetFileSystemEntries(runner.Workspace).Select(Path.GetFileName));
    }

    [Fact]
    public async Task An_upload_that_is_refused_or_cancelled_leaves_nothing()
    {
        await using var runner = await StartReadyAsync();
        await using var session = await runner.Client.OpenSessionAsync(cancellation: Token);
        using (var socket = await SendPartAsync(runner, session, 0, new byte[2 << 20], 1 << 20))
        {
            await ComesAsync(runner, 1 << 20);
            await session.CancelUploadAsync("photo1");
            Assert.Equal(0, await EndAsync(socket));
        }
        Assert.Empty(Directory.GetFileSystemEntries(runner.Workspace));
        Assert.Equal(ErrorCodes.NotFound, (await Assert.ThrowsAsync<RunnerErrorException>(() => session.UploadedAsync("photo1"))).Code);
        // It ended otherwise meanwhile.
        await session.CancelUploadAsync("photo1");

        // Somebody else's file came into its place while it was sent.
        using (var lost = await SendPartAsync(runner, session, 0, new byte[2 << 20], 1 << 20))
            await ComesAsync(runner, 1 << 20);
        await session.WriteFileAsync("photo.bin", "theirs", expected: null);
        using (var late = await PutAsync(runner, session, $"/files/photo.bin?upload=photo1&offset={(await session.UploadedAsync("photo1")).Bytes}", new byte[1 << 20], Fresh))
            Assert.Equal((HttpStatusCode.PreconditionFailed, "files.exists"), (late.StatusCode, await CodeAsync(late)));
        Assert.Equal(["photo.bin"], Directory.GetFileSystemEntries(runner.Workspace).Select(Path.GetFileName));
        Assert.Equal(ErrorCodes.NotFound, (await Assert.ThrowsAsync<RunnerErrorException>(() => session.UploadedAsync("photo1"))).Code);

        foreach (var (query, reason) in ((string, string)[])[("upload=", "files.uploadName"), ("upload=a-b", "files.uploadName"), ("upload=" + new string('a', 65), "files.uploadName"), ("upload=a&offset=-1", "files.offset")])
        {
            using var malformed = await PutAsync(runner, session, "/files/new?" + query, [1], Fresh);
            Assert.Equal((HttpStatusCode.BadRequest, reason), (malformed.StatusCode, await CodeAsync(malformed)));
        }
    }

    [Theory]
    [InlineData("/files/../control")]
    [InlineData("/files/%2e%2e/x")]
    [InlineData("/files/a%2fb")]
    [InlineData("/files/a%00")]
    [InlineData("/files/%ff")]
    [InlineData("/files/a%2")]
    [InlineData("/files/a/%2e/b")]
    [InlineData("/files//etc/passwd")]
    [InlineData("/files/")]
    [InlineData("/archive/..")]
    public async Task A_path_that_cannot_be_is_refused(string path)
    {
        await using var runner = await StartReadyAsync();
        await using var session = await runner.Client.OpenSessionAsync(cancellation: Token);
        using var answer = await GetAsync(runner, session, path);
        Assert.Contains((int)answer.StatusCode, path == "/files/" ? [415] : (int[])[400]);
    }

    [Fact]
    public async Task Links_out_and_pipes_are_refused_over_HTTP_too()
    {
        await using var runner = await StartReadyAsync();
        await using var session = await runner.Client.OpenSessionAsync(cancellation: Token);
        File.CreateSymbolicLink(Path.Combine(runner.Workspace, "out"), "/proc/self/environ");
        Directory.CreateSymbolicLink(Path.Combine(runner.Workspace, "folder"), "../home");
        foreach (var path in (string[])["/files/out", "/files/folder/x", "/archive/folder"])
        {
            using var answer = await GetAsync(runner, session, path);
            Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
        }
        using var put = await PutAsync(runner, session, "/files/folder/x", [1], _ => { });
        Assert.Equal(HttpStatusCode.Forbidden, put.StatusCode);
        Assert.Empty(Directory.GetFileSystemEntries(runner.Home));
    }

    [Fact]
    public async Task A_download_works_once_and_as_an_attachment()
    {
        await using var runner = await StartReadyAsync();
        await using var session = await runner.Client.OpenSessionAsync(role: Role.Viewer, cancellation: Token);
        await File.WriteAllTextAsync(Path.Combine(runner.Workspace, "page.html"), "<script>", Token);
        var path = await session.LinkAsync("page.html");
        using (var download = await runner.Client.SendAsync(HttpMethod.Get, path, cancellation: Token))
        {
            Assert.Equal("<script>", await download.Content.ReadAsStringAsync(Token));
            Assert.Equal("attachment", download.Content.Headers.ContentDisposition!.DispositionType);
            Assert.Equal("page.html", download.Content.Headers.ContentDisposition.FileNameStar);
            Assert.Equal("application/octet-stream", download.Content.Headers.ContentType!.MediaType);
            Assert.StartsWith("sandbox", download.Headers.GetValues("Content-Security-Policy").Single(), StringComparison.Ordinal);
        }
        using var again = await runner.Client.SendAsync(HttpMethod.Get, path, cancellation: Token);
        Assert.Equal(HttpStatusCode.NotFound, again.StatusCode);
    }

    [Fact]
    public async Task A_download_whose_connection_was_lost_goes_on_for_whoever_was_answered_first()
    {
        await using var runner = await StartReadyAsync();
        await using var session = await runner.Client.OpenSessionAsync(role: Role.Viewer, cancellation: Token);
        // More than the sockets on the way take in.
        var bytes = RandomNumberGenerator.GetBytes(32 << 20);
        var file = Path.Combine(runner.Workspace, "film.bin");
        await File.WriteAllBytesAsync(file, bytes, Token);
        var path = await session.LinkAsync("film.bin");
        var got = new byte[1 << 20];
        EntityTagHeaderValue tag;
        using (var first = await runner.Client.SendAsync(HttpMethod.Get, path, cancellation: Token))
        {
            tag = first.Headers.ETag!;
            await using var body = await first.Content.ReadAsStreamAsync(Token);
            await body.ReadExactlyAsync(got, Token);
        }

        foreach (var condition in (Action<HttpRequestMessage>[])[_ => { }, request => request.Headers.IfRange = new("\"another\""), request => request.Headers.IfMatch.Add(EntityTagHeaderValue.Any)])
        {
            using var stranger = await runner.Client.SendAsync(HttpMethod.Get, path, change: request => { From(request); condition(request); }, cancellation: Token);
            Assert.Equal(HttpStatusCode.NotFound, stranger.StatusCode);
        }
        foreach (var condition in (Action<HttpRequestMessage>[])[request => request.Headers.IfRange = new(tag), request => request.Headers.IfMatch.Add(tag)])
        {
            using var rest = await runner.Client.SendAsync(HttpMethod.Get, path, change: request => { From(request); condition(request); }, cancellation: Token);
            Assert.Equal(HttpStatusCode.PartialContent, rest.StatusCode);
            Assert.Equal(bytes, (byte[])[.. got, .. await rest.Content.ReadAsByteArrayAsync(Token)]);
        }

        await File.AppendAllTextAsync(file, "more", Token);
        using var changed = await runner.Client.SendAsync(HttpMethod.Get, path, change: request => { From(request); request.Headers.IfRange = new(tag); }, cancellation: Token);
        Assert.Equal(HttpStatusCode.NotFound, changed.StatusCode);

        void From(HttpRequestMessage request) => request.Headers.Range = new(got.Length, null);
    }

    [Fact]
    public async Task An_archive_holds_files_modes_and_inner_links()
    {
        await using var runner = await StartReadyAsync();
        await using var session = await runner.Client.OpenSessionAsync(cancellation: Token);
        Directory.CreateDirectory(Path.Combine(runner.Workspace, "src/empty"));
        await File.WriteAllTextAsync(Path.Combine(runner.Workspace, "src/run.sh"), "#!/bin/sh", Token);
        File.SetUnixFileMode(Path.Combine(runner.Workspace, "src/run.sh"), (UnixFileMode)0b111_101_101);
        File.CreateSymbolicLink(Path.Combine(runner.Workspace, "src/inner"), "run.sh");
        File.CreateSymbolicLink(Path.Combine(runner.Workspace, "src/outer"), "/etc/passwd");
        using (var pipe = System.Diagnostics.Process.Start("mkfifo", [Path.Combine(runner.Workspace, "src/pipe")]))
            await pipe.WaitForExitAsync(Token);
        using var answer = await GetAsync(runner, session, "/archive/src");
        Assert.Equal("src.zip", answer.Content.Headers.ContentDisposition!.FileNameStar);
        using var zip = new ZipArchive(await answer.Content.ReadAsStreamAsync(Token));
        Assert.Equal(["empty/", "inner", "run.sh"], zip.Entries.Select(entry => entry.FullName).Order(StringComparer.Ordinal));
        Assert.Equal(0b1000_000_111_101_101, (zip.GetEntry("run.sh")!.ExternalAttributes >> 16) & 0xffff);
        Assert.Equal(0xa000, (zip.GetEntry("inner")!.ExternalAttributes >> 16) & 0xf000);
        var link = await session.LinkAsync("src", archive: true);
        using var download = await runner.Client.SendAsync(HttpMethod.Get, link, cancellation: Token);
        Assert.Equal("application/zip", download.Content.Headers.ContentType!.MediaType);
    }

    private static Task<HttpResponseMessage> GetAsync(RunnerProgram runner, RunnerSession session, string path, Action<HttpRequestMessage>? change = null) =>
        runner.Client.SendAsync(HttpMethod.Get, path, session.Welcome.Token, RunnerClient.WebOrigin, change: change, cancellation: Token);

    private static void Fresh(HttpRequestMessage request) => request.Headers.IfNoneMatch.Add(EntityTagHeaderValue.Any);

    private static async Task<string?> CodeAsync(HttpResponseMessage answer) => (string?)JsonNode.Parse(await answer.Content.ReadAsStringAsync(Token))!["code"];

    /// <summary>Begins to send all that is left of the upload <c>photo1</c>, and stops after so many bytes.</summary>
    private static async Task<Socket> SendPartAsync(RunnerProgram runner, RunnerSession session, int offset, byte[] bytes, int piece)
    {
        var socket = await runner.DialAsync(Token);
        var head = $"PUT /files/photo.bin?upload=photo1&offset={offset} HTTP/1.1\r\nHost: {runner.Client.Url.Authority}\r\nOrigin: {RunnerClient.WebOrigin}\r\n"
            + $"Authorization: Bearer {session.Welcome.Token}\r\nIf-None-Match: *\r\nContent-Length: {bytes.Length - offset}\r\n\r\n";
        await socket.SendAsync(Encoding.ASCII.GetBytes(head), Token);
        for (var sent = 0; sent < piece;)
            sent += await socket.SendAsync(bytes.AsMemory(offset + sent, piece - sent), Token);
        return socket;
    }

    /// <summary>Waits until so much has come of the one upload.</summary>
    private static Task ComesAsync(RunnerProgram runner, int length) => runner.Process.WaitForAsync(
        $"{length} bytes", _ => Task.FromResult(Directory.GetFiles(runner.Workspace, SessionProtocol.TemporaryPrefix + "*") is [var draft] && new FileInfo(draft).Length == length));

    /// <summary>What still comes of a connection that the other side ends: 0 bytes.</summary>
    private static async Task<int> EndAsync(Socket socket)
    {
        try
        {
            return await socket.ReceiveAsync(new byte[1], Token);
        }
        catch (SocketException e) when (e.SocketErrorCode == SocketError.ConnectionReset)
        {
            return 0;
        }
    }

    private static Task<HttpResponseMessage> PutAsync(RunnerProgram runner, RunnerSession session, string path, byte[] content, Action<HttpRequestMessage> change) =>
        runner.Client.SendAsync(HttpMethod.Put, path, session.Welcome.Token, RunnerClient.WebOrigin, new ByteArrayContent(content), change, Token);
}

[Trait("Tier", "integration")]
public sealed class FilesJitTests(JitRunner runner) : FilesSuite(runner), IClassFixture<JitRunner>;

[Trait("Tier", "integration")]
public sealed class FilesAotTests(AotRunner runner) : FilesSuite(runner), IClassFixture<AotRunner>;
