using System.Text.Json;
using Devex.Contracts.Protocol;
using Devex.Testing;
using Devex.Testing.Runner;
using Xunit;

namespace Devex.Runner.Tests.Files;

/// <summary>
/// A workspace that is full, and one that does not allow everything, by the real program: it is started in a mount namespace of its own, with a small
/// file system for the workspace, and without root's power to pass over permissions.
/// </summary>
[Trait("Tier", "integration")]
public sealed class FullDiskTests : IDisposable
{
    private const string Script = """
        #!/bin/sh
        # As root a mount namespace is enough; anybody else becomes root in a user namespace first.
        [ "$(id -u)" = 0 ] && as="" || as="--user --map-root-user"
        exec unshare $as --mount sh -c '
          mount -t tmpfs -o size=2m,mode=755 tmpfs "$DEVEX_WORKSPACE" || exit 99
          mkdir "$DEVEX_WORKSPACE/closed" && echo secret > "$DEVEX_WORKSPACE/closed/file" && echo text > "$DEVEX_WORKSPACE/unreadable"
          chmod 000 "$DEVEX_WORKSPACE/unreadable" && chmod 000 "$DEVEX_WORKSPACE/closed"
          exec setpriv --inh-caps=-all --bounding-set=-all -- "$RUNNER" "$@"' sh "$@"
        """;

    private readonly TempFolder _folder = new("devex-full-");

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_full_workspace_refuses_what_has_no_room_spoils_nothing_and_goes_on_when_there_is_room()
    {
        await using var runner = await StartAsync();
        await using var session = await runner.Client.OpenSessionAsync(cancellation: Token);
        var text = new string('x', 1_200_000);
        await session.WriteFileAsync("first", text);
        var listed = (await session.ListAsync()).Select(entry => entry.Name).ToList();
        foreach (var act in (Func<Task>[])
            [() => session.WriteFileAsync("second", text), () => session.CopyAsync("first", "second"), () => session.WriteFileAsync("first", text + text)])
        {
            var refused = await Assert.ThrowsAsync<RunnerErrorException>(act);
            Assert.Equal((ErrorCodes.Full, "files.full"), (refused.Code, refused.Reason));
        }
        Assert.Equal(listed, (await session.ListAsync()).Select(entry => entry.Name));
        Assert.Equal(text, (await session.ReadFileAsync("first")).Content);

        await session.DeleteAsync("first");
        await session.WriteFileAsync("second", text);
        Assert.Equal(text, (await session.ReadFileAsync("second")).Content);
    }

    [Fact]
    public async Task Edits_of_a_document_that_has_no_room_are_kept_told_and_written_when_there_is_room()
    {
        await using var runner = await StartAsync();
        await using var session = await runner.Client.OpenSessionAsync(cancellation: Token);
        await session.WriteFileAsync("a.txt", "x\n");
        await session.WriteFileAsync("ballast", new string('x', 1_500_000));
        var opened = await session.CallAsync("documents.open", new OpenDocument("a.txt"), ProtocolJson.Default.OpenDocument, ProtocolJson.Default.OpenedDocument, Token);
        var inserted = new string('y', 800_000);
        var pushed = await session.CallAsync(
            "documents.push",
            new PushUpdates(opened.Document, opened.Version, [new DocumentUpdate("adaadaadaadaadaa", 1, JsonSerializer.SerializeToElement(new object[] { 2, new object[] { 0, inserted } }))]),
            ProtocolJson.Default.PushUpdates, ProtocolJson.Default.PushedUpdates, Token);
        // Acknowledged: it is in the journal, which is on another file system.
        Assert.Equal(opened.Version + 1, pushed.Version);
        var failed = await session.NextAsync("documents.failed", ProtocolJson.Default.DocumentFailed, cancellation: Token);
        Assert.Equal(opened.Document, failed.Document);
        Assert.Contains("No room is left", failed.Message, StringComparison.Ordinal);
        Assert.Equal("x\n", (await session.ReadFileAsync("a.txt")).Content);

        await session.DeleteAsync("ballast");
        await session.NextAsync("documents.flushed", ProtocolJson.Default.DocumentFlushed, flushed => flushed.Version == pushed.Version, Token);
        Assert.Equal("x\n" + inserted, (await session.ReadFileAsync("a.txt")).Content);
    }

    [Fact]
    public async Task What_permissions_do_not_allow_is_refused_as_such()
    {
        await using var runner = await StartAsync();
        await using var session = await runner.Client.OpenSessionAsync(cancellation: Token);
        foreach (var act in (Func<Task>[])
            [
                () => session.ReadFileAsync("unreadable"), () => session.ListAsync("closed"), () => session.ReadFileAsync("closed/file"),
                () => session.WriteFileAsync("closed/new", "x", expected: null), () => session.RenameAsync("closed/file", "open"),
                () => session.CallAsync("documents.open", new OpenDocument("unreadable"), ProtocolJson.Default.OpenDocument, ProtocolJson.Default.OpenedDocument, Token),
            ])
        {
            var refused = await Assert.ThrowsAsync<RunnerErrorException>(act);
            Assert.Equal((ErrorCodes.Forbidden, "files.denied"), (refused.Code, refused.Reason));
        }
    }

    private async Task<RunnerProgram> StartAsync()
    {
        var script = _folder["runner.sh"];
        await File.WriteAllTextAsync(script, Script, Token);
        File.SetUnixFileMode(script, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        var runner = await RunnerProgram.StartAsync(script, variables: new Dictionary<string, string?> { ["RUNNER"] = BuiltProgram.Path("Devex.Runner") });
        await runner.Client.ControlAsync(cancellation: Token);
        return runner;
    }
}
