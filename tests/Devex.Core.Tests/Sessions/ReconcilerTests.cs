using Devex.Contracts.Api;
using Devex.Core.Repls;
using Devex.Core.Sessions;
using Xunit;

namespace Devex.Core.Tests.Sessions;

public sealed class ReconcilerTests
{
    private readonly SessionWorld _world = new();

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Two_reconcilers_move_a_session_once()
    {
        using var one = _world.NewReconciler();
        using var other = _world.NewReconciler();
        await one.StartAsync(Cancelled);
        await other.StartAsync(Cancelled);
        var running = Reached(SessionPhase.Running);
        _world.Repls.Want(_world.Repl.Id, DesiredState.Running);
        one.Wake(_world.Repl.Owner, _world.Repl.Id);
        other.Wake(_world.Repl.Owner, _world.Repl.Id);
        await running;

        var stopped = Reached(SessionPhase.Stopped);
        _world.Repls.Want(_world.Repl.Id, DesiredState.Stopped);
        one.Wake(_world.Repl.Owner, _world.Repl.Id);
        other.Wake(_world.Repl.Owner, _world.Repl.Id);
        await stopped;
        await one.StopAsync(Cancelled);
        await other.StopAsync(Cancelled);
        Assert.Single(_world.Runtime.Done, "restore");
        Assert.Single(_world.Runtime.Done, "serve");
        Assert.Single(_world.Runtime.Done, "save");
        Assert.Empty(_world.Runtime.Broken);
    }

    [Fact]
    public async Task A_reconciler_that_loses_its_lease_lets_another_go_on()
    {
        using var one = _world.NewReconciler();
        await one.StartAsync(Cancelled);
        var running = Reached(SessionPhase.Running);
        _world.Repls.Want(_world.Repl.Id, DesiredState.Running);
        one.Wake(_world.Repl.Owner, _world.Repl.Id);
        await running;
        _world.Leases.Lose(_world.Repl.Id);
        await one.StopAsync(Cancelled);

        using var other = _world.NewReconciler();
        var stopped = Reached(SessionPhase.Stopped);
        _world.Repls.Want(_world.Repl.Id, DesiredState.Stopped);
        await other.StartAsync(Cancelled);
        await stopped;
        await other.StopAsync(Cancelled);
        Assert.Empty(_world.Runtime.Machines);
    }

    [Fact]
    public async Task A_killed_serve_is_noticed_at_once()
    {
        using var reconciler = _world.NewReconciler();
        await reconciler.StartAsync(Cancelled);
        var running = Reached(SessionPhase.Running);
        _world.Repls.Want(_world.Repl.Id, DesiredState.Running);
        reconciler.Wake(_world.Repl.Owner, _world.Repl.Id);
        await running;
        var first = (await _world.RecordAsync()).Instance;
        var again = Reached(SessionPhase.Running, record => record.Instance != first);
        _world.Runtime.Kill(_world.Repl.Id, serve: true);
        await again;
        await reconciler.StopAsync(Cancelled);
        await _world.AssertStateAsync(ReplState.Running);
    }

    [Fact]
    public async Task The_sweep_finds_what_nobody_was_woken_for()
    {
        var running = Reached(SessionPhase.Running);
        _world.Repls.Want(_world.Repl.Id, DesiredState.Running);
        using var reconciler = _world.NewReconciler();
        await reconciler.StartAsync(Cancelled);
        await running;
        await reconciler.StopAsync(Cancelled);
    }

    [Fact]
    public async Task What_runs_is_known_again_as_soon_as_Redis_is_back_with_nothing_in_it()
    {
        using var reconciler = _world.NewReconciler();
        await reconciler.StartAsync(Cancelled);
        var running = Reached(SessionPhase.Running);
        _world.Repls.Want(_world.Repl.Id, DesiredState.Running);
        reconciler.Wake(_world.Repl.Owner, _world.Repl.Id);
        await running;
        var before = await _world.RecordAsync();
        // A record that is made anew counts its versions from one.
        var known = Reached(SessionPhase.Running, record => record.Version < before.Version);
        await _world.Store.DeleteAsync(_world.Repl.Id, Cancelled);
        // Time stands still here: no sweep is due.
        _world.Signals.Restore();
        await known;
        var after = await _world.RecordAsync();
        Assert.Equal((before.Session, before.Instance), (after.Session, after.Instance));
        await reconciler.StopAsync(Cancelled);
        Assert.Single(_world.Runtime.Done, "serve");
        Assert.Empty(_world.Runtime.Broken);
    }

    private Task Reached(SessionPhase phase, Func<SessionRecord, bool>? also = null)
    {
        var reached = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _world.Store.Written += record =>
        {
            if (record.Phase == phase && also?.Invoke(record) != false)
                reached.TrySetResult();
        };
        return reached.Task.WaitAsync(TimeSpan.FromSeconds(30), Cancelled);
    }
}
