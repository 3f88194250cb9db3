using System.Globalization;
using Devex.Core.Repls;
using Devex.Core.Runtimes.Process;
using Devex.Core.Sessions;
using Devex.Testing;
using Xunit;

namespace Devex.Core.Tests.Runtimes.Process;

[Trait("Tier", "integration")]
public sealed class ProcessSessionTests : IAsyncLifetime
{
    private readonly TempFolder _folder = new("devex-sessions-");
    private ProcessHost _host = null!;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _host = await ProcessHost.StartAsync(_folder);

    public async ValueTask DisposeAsync()
    {
        await _host.RemoveAllAsync();
        var run = _host.Folders.Run;
        await _host.DisposeAsync();
        Directory.Delete(run, recursive: true);
        _folder.Dispose();
    }

    [Fact]
    public async Task A_session_starts_gives_tickets_and_stops_after_its_save()
    {
        Assert.Null(_host.Runtime.Info.Notice);
        Assert.True(_host.Runtime.Info.Isolated);
        var repl = await _host.StartReplAsync();

        var location = await _host.Sessions.LocateAsync(repl.Id, Cancelled);
        Assert.NotNull(location);
        Assert.StartsWith("unix:", location.Address, StringComparison.Ordinal);
        var paths = _host.Folders.Of(repl.Id);
        Assert.Equal("restored\n", await File.ReadAllTextAsync(Path.Combine(paths.Workspace, "hello.txt"), Cancelled));

        await _host.StopReplAsync(repl);
        Assert.False(Directory.Exists(paths.Root));
        Assert.False(File.Exists(paths.Socket));
        Assert.Equal(
            [SessionPhase.Queued, SessionPhase.Restoring, SessionPhase.Starting, SessionPhase.Running, SessionPhase.Freezing, SessionPhase.Ending,
                SessionPhase.Saving, SessionPhase.Removing, SessionPhase.Stopped],
            _host.Store.Phases);
        Assert.Empty(await _host.Runtime.ListAsync(Cancelled));
    }

    [Fact]
    public async Task A_session_outlives_its_Core_and_the_next_Core_stops_it()
    {
        var repl = await _host.StartReplAsync();
        var paths = _host.Folders.Of(repl.Id);
        var serve = ProcessLauncher.Running(paths, "serve");
        var before = _host;
        await before.DisposeAsync();
        Assert.True(serve!.IsAlive);

        _host = await ProcessHost.StartAsync(_folder, before);
        var record = await _host.Store.FindAsync(repl.Id, Cancelled);
        Assert.Equal(SessionPhase.Running, record!.Phase);
        Assert.Equal(serve, ProcessLauncher.Running(paths, "serve"));
        await _host.StopReplAsync(repl);
        Assert.False(serve.IsAlive);
    }

    [Theory]
    [InlineData("serve")]
    [InlineData("saver")]
    public async Task A_process_that_is_killed_is_started_again_over_the_same_files(string name)
    {
        var repl = await _host.StartReplAsync();
        var paths = _host.Folders.Of(repl.Id);
        await File.WriteAllTextAsync(Path.Combine(paths.Workspace, "new.txt"), "new", Cancelled);
        var session = (await _host.Store.FindAsync(repl.Id, Cancelled))!.Session;
        var killed = ProcessLauncher.Running(paths, name)!;
        Kill(killed);
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (ProcessLauncher.Running(paths, name) is not { } now || now == killed)
            await Task.Delay(10, limit.Token);
        var record = await _host.WaitForAsync(repl, SessionPhase.Running);
        Assert.Equal(session, record.Session);
        Assert.Equal("new", await File.ReadAllTextAsync(Path.Combine(paths.Workspace, "new.txt"), Cancelled));
        Assert.True(File.Exists(paths.Socket));
    }

    [Fact]
    public async Task A_save_that_fails_keeps_files_and_says_why()
    {
        var repl = await _host.StartReplAsync();
        var paths = _host.Folders.Of(repl.Id);
        var marker = Path.Combine(paths.Workspace, "unsavable");
        await File.WriteAllTextAsync(marker, "", Cancelled);
        await _host.Sessions.WakeAsync(_host.Repls.Want(repl.Id, DesiredState.Stopped), Cancelled);
        var record = await _host.WaitForAsync(repl, SessionPhase.Running, record => record.FailedSaves > 0);
        Assert.Contains("not saved", record.Problem, StringComparison.Ordinal);
        Assert.True(File.Exists(marker));

        File.Delete(marker);
        await _host.WaitForAsync(repl, SessionPhase.Stopped);
        Assert.False(Directory.Exists(paths.Root));
    }

    [Fact]
    public async Task Nothing_of_a_session_runs_after_its_stop()
    {
        var repl = await _host.StartReplAsync();
        var paths = _host.Folders.Of(repl.Id);
        Assert.NotEmpty(await ProcessesNamingAsync(paths.Id.ToString()));
        await _host.StopReplAsync(repl);
        // slirp4netns ends when the pipe from its launcher does: a moment later.
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(10));
        while ((await ProcessesNamingAsync(paths.Id.ToString())).Length > 0)
            await Task.Delay(20, limit.Token);
    }

    [Fact]
    public async Task A_socket_that_is_really_a_link_is_not_dialled()
    {
        var paths = _host.Folders.Of(_host.Repls.Create().Id);
        Directory.CreateDirectory(paths.Sockets);
        File.CreateSymbolicLink(paths.BoundSocket, "/run/other.sock");
        await Assert.ThrowsAsync<Core.Runtimes.RuntimeException>(() => ServeSocket.TakeAsync(paths, Cancelled));
        Assert.False(Path.Exists(paths.Socket));
    }

    [Fact]
    public async Task Without_a_sandbox_sessions_run_and_everyone_is_told()
    {
        using var folder = new TempFolder("devex-open-");
        var host = await ProcessHost.StartAsync(folder, sandbox: false);
        try
        {
            Assert.False(host.Runtime.Info.Isolated);
            Assert.Contains("not isolated", host.Runtime.Info.Notice, StringComparison.Ordinal);
            var repl = await host.StartReplAsync();
            await host.StopReplAsync(repl);
        }
        finally
        {
            await host.RemoveAllAsync();
            var run = host.Folders.Run;
            await host.DisposeAsync();
            Directory.Delete(run, recursive: true);
        }
    }

    private static void Kill(ProcessIdentity identity)
    {
        using var process = System.Diagnostics.Process.GetProcessById(identity.Pid);
        process.Kill();
    }

    private static async Task<string[]> ProcessesNamingAsync(string text)
    {
        var found = new List<string>();
        foreach (var folder in Directory.EnumerateDirectories("/proc").Where(folder => int.TryParse(Path.GetFileName(folder), NumberStyles.None, CultureInfo.InvariantCulture, out _)))
        {
            try
            {
                var command = await File.ReadAllTextAsync(Path.Combine(folder, "cmdline"));
                var environment = await File.ReadAllTextAsync(Path.Combine(folder, "environ"));
                if (command.Contains(text, StringComparison.Ordinal) || environment.Contains(text, StringComparison.Ordinal))
                    found.Add(command);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // It ended, or is not ours to read.
            }
        }
        return [.. found];
    }
}
