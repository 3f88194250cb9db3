using System.Threading.Channels;
using Devex.Contracts;
using Devex.Contracts.Protocol;
using Devex.Runner.Files;
using Devex.Runner.Serving;
using Devex.Testing;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace Devex.Runner.Tests.Files;

public sealed class WorkspaceWatcherTests : IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly Workspace _workspace;
    private readonly WorkspaceWatcher _watcher;
    private readonly Channel<FilesChanged> _changes = Channel.CreateUnbounded<FilesChanged>();

    public WorkspaceWatcherTests()
    {
        _workspace = new Workspace(new ServeOptions(ReplId.New(), "unix:/x", "", _folder.Path, "/", "/"));
        _watcher = new WorkspaceWatcher(_workspace, NullLogger<WorkspaceWatcher>.Instance);
    }

    [Fact]
    public async Task Each_change_is_told_as_what_it_is()
    {
        File.WriteAllText(_folder["old"], "1");
        File.WriteAllText(_folder["gone"], "1");
        await ListenAsync();
        File.WriteAllText(_folder["new"], "1");
        Assert.Equal(FileChangeKind.Created, await NextAsync("new"));
        File.WriteAllText(_folder["old"], "2");
        Assert.Equal(FileChangeKind.Changed, await NextAsync("old"));
        File.Delete(_folder["gone"]);
        Assert.Equal(FileChangeKind.Deleted, await NextAsync("gone"));
        File.Move(_folder["new"], _folder["old"], overwrite: true);
        Assert.Equal(FileChangeKind.Changed, await NextAsync("old"));
    }

    [Fact]
    public async Task New_folders_are_watched_with_what_is_in_them_already()
    {
        await ListenAsync();
        Directory.CreateDirectory(_folder["a/b/c"]);
        File.WriteAllText(_folder["a/b/c/first"], "");
        Assert.Equal(FileChangeKind.Created, await NextAsync("a/b/c/first"));
        File.WriteAllText(_folder["a/b/c/second"], "");
        Assert.Equal(FileChangeKind.Created, await NextAsync("a/b/c/second"));
        Directory.Move(_folder["a/b"], _folder["moved"]);
        Assert.Equal(FileChangeKind.Created, await NextAsync("moved/c/second"));
        File.WriteAllText(_folder["moved/c/second"], "x");
        Assert.Equal(FileChangeKind.Changed, await NextAsync("moved/c/second"));
    }

    [Fact]
    public async Task Temporaries_and_what_is_below_node_modules_are_not_told()
    {
        Directory.CreateDirectory(_folder["node_modules/package"]);
        await ListenAsync();
        File.WriteAllText(_folder[".devex-1"], "");
        File.WriteAllText(_folder["node_modules/package/index.js"], "");
        Directory.CreateDirectory(_folder["node_modules/other"]);
        var told = await ReadUntilAsync("node_modules/other");
        Assert.Equal(["node_modules/other"], told.Select(change => change.Path));
    }

    [Fact]
    public async Task More_than_is_named_is_told_as_overflow()
    {
        // The watcher is held up in its first word, so that everything after it comes as one, however slow the disk is.
        using var go = new ManualResetEventSlim();
        using var listening = _watcher.Listen(
            changed =>
            {
                _changes.Writer.TryWrite(changed);
                go.Wait();
            }, out var ready);
        await ready;
        File.WriteAllText(_folder["first"], "");
        await NextAsync();
        for (var i = 0; i < 5_000; i++)
            File.WriteAllText(_folder[$"f{i}"], "");
        go.Set();
        while (!(await NextAsync()).Overflow)
        {
        }
    }

    [Fact]
    public async Task Listening_again_works_after_nobody_did()
    {
        (await ListenAsync()).Dispose();
        await ListenAsync();
        File.WriteAllText(_folder["f"], "");
        Assert.Equal(FileChangeKind.Created, await NextAsync("f"));
    }

    public void Dispose()
    {
        _watcher.Dispose();
        _workspace.Dispose();
        _folder.Dispose();
    }

    private async Task<IDisposable> ListenAsync()
    {
        var listening = _watcher.Listen(changed => _changes.Writer.TryWrite(changed), out var ready);
        await ready;
        return listening;
    }

    private async Task<FileChangeKind> NextAsync(string path) => (await ReadUntilAsync(path)).Last(change => change.Path == path).Change;

    private async Task<List<FileChange>> ReadUntilAsync(string path)
    {
        var told = new List<FileChange>();
        while (told.All(change => change.Path != path))
            told.AddRange((await NextAsync()).Paths);
        return told;
    }

    private async Task<FilesChanged> NextAsync() => await _changes.Reader.ReadAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(30));
}
