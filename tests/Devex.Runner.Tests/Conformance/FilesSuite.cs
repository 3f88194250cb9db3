using System.IO.Compression;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
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

    private static Task<HttpResponseMessage> PutAsync(RunnerProgram runner, RunnerSession session, string path, byte[] content, Action<HttpRequestMessage> change) =>
        runner.Client.SendAsync(HttpMethod.Put, path, session.Welcome.Token, RunnerClient.WebOrigin, new ByteArrayContent(content), change, Token);
}

[Trait("Tier", "integration")]
public sealed class FilesJitTests(JitRunner runner) : FilesSuite(runner), IClassFixture<JitRunner>;

[Trait("Tier", "integration")]
public sealed class FilesAotTests(AotRunner runner) : FilesSuite(runner), IClassFixture<AotRunner>;
