using Devex.Core.Runtimes;
using Devex.Core.Sessions;
using Devex.Testing;
using Xunit;

namespace Devex.Core.Tests.Runtimes.Process;

[Trait("Tier", "integration")]
public sealed class ProcessSessionTests : IAsyncLifetime
{
    private readonly TempFolder _folder = new("devex-sessions-");
    private ProcessHost _host = null!;

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

        var location = await _host.Sessions.LocateAsync(repl.Id, TestContext.Current.CancellationToken);
        Assert.NotNull(location);
        Assert.StartsWith("unix:", location.Address, StringComparison.Ordinal);
        var paths = _host.Folders.Of(repl.Id);
        Assert.Equal("restored\n", await File.ReadAllTextAsync(Path.Combine(paths.Workspace, "hello.txt"), TestContext.Current.CancellationToken));

        await _host.StopReplAsync(repl);
        Assert.False(Directory.Exists(paths.Root));
        Assert.Equal(
            [SessionPhase.Queued, SessionPhase.Restoring, SessionPhase.Starting, SessionPhase.Running, SessionPhase.Freezing, SessionPhase.Ending,
                SessionPhase.Saving, SessionPhase.Removing, SessionPhase.Stopped],
            _host.Store.Phases);
        Assert.Empty(await _host.Runtime.ListAsync(TestContext.Current.CancellationToken));
    }
}
