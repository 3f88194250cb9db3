using Devex.Contracts.Api;
using Devex.Core.Repls;
using Devex.Core.Sessions;
using StackExchange.Redis;
using Xunit;

namespace Devex.Core.Tests.Sessions;

/// <summary>What a start does, and how it ends where it cannot.</summary>
public sealed class SessionStartTests
{
    private readonly SessionWorld _world = new();

    [Fact]
    public async Task A_start_goes_through_its_stages_to_running()
    {
        await _world.StartAsync();
        var view = await _world.ViewAsync();
        Assert.Equal(ReplState.Running, view.State);
        Assert.Null(view.Problem);
        Assert.Equal(["queued", "restoring", "starting", "ready"], view.Progress!.Stages.Select(stage => stage.Name));
        Assert.All(view.Progress.Stages, stage => Assert.NotNull(stage.EndedAt));
        Assert.Equal(["restore", "saver", "live"], _world.Runtime.Done.Where(done => done != "serve"));
        Assert.Contains(_world.Repl.Id, _world.Events.Locations);
    }

    [Fact]
    public async Task A_start_is_taken_up_again_when_Redis_did_not_answer()
    {
        _world.Runtime.Began = _ =>
        {
            _world.Runtime.Began = null;
            throw new RedisTimeoutException(CommandFlags.None, "Timeout awaiting response", CommandStatus.Sent);
        };
        await Assert.ThrowsAsync<RedisTimeoutException>(() => _world.StartAsync());
        Assert.Equal(DesiredState.Running, _world.Repls.Wanted(_world.Repl.Id));
        await _world.RunAsync();
        Assert.Equal((ReplState.Running, null), ((await _world.ViewAsync()).State, (await _world.ViewAsync()).Problem));
    }

    [Fact]
    public async Task A_stop_during_restore_cancels_the_start_and_saves_nothing()
    {
        _world.Runtime.RestoreWaits = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _world.Repls.Want(_world.Repl.Id, DesiredState.Running);
        var restoring = new TaskCompletionSource();
        _world.Store.Written = record => _ = record.Phase is SessionPhase.Restoring && restoring.TrySetResult();
        await using var lease = await _world.Leases.TakeAsync(_world.Repl.Id, TestContext.Current.CancellationToken);
        var work = new SessionWork(_world.Repl.Owner, _world.Repl.Id, lease!.Fence);
        var run = _world.NewEngine().RunAsync(work, TestContext.Current.CancellationToken);
        await restoring.Task;

        _world.Repls.Want(_world.Repl.Id, DesiredState.Stopped);
        work.Wake();
        Assert.Null(await run);
        await _world.AssertStateAsync(ReplState.Stopped);
        Assert.Empty(_world.Runtime.Machines);
        Assert.DoesNotContain("save", _world.Runtime.Done);
        Assert.DoesNotContain("serve", _world.Runtime.Done);
    }

    [Fact]
    public async Task A_restore_that_fails_says_why_and_leaves_nothing()
    {
        _world.Runtime.RestoreFails = "pack 12ab is damaged";
        Assert.Null(await _world.StartAsync());
        var view = await _world.ViewAsync();
        Assert.Equal(ReplState.Stopped, view.State);
        Assert.Contains("pack 12ab is damaged", view.Problem, StringComparison.Ordinal);
        Assert.Equal("restoring", view.Progress!.Stages[^1].Name);
        Assert.NotNull(view.Progress.Stages[^1].Failed);
        Assert.Equal(DesiredState.Stopped, _world.Repls.Wanted(_world.Repl.Id));
        Assert.Empty(_world.Runtime.Machines);
    }

    [Fact]
    public async Task A_missing_tool_fails_the_start_at_once()
    {
        _world.Use("exotic");
        await _world.StartAsync();
        var view = await _world.ViewAsync();
        Assert.Equal(ReplState.Stopped, view.State);
        Assert.Equal("no-such-tool is not installed on this machine: install it and start again.", view.Problem);
        Assert.DoesNotContain("restore", _world.Runtime.Done);
    }

    [Fact]
    public async Task Starting_and_stopping_twice_does_everything_once()
    {
        await _world.StartAsync();
        await _world.StartAsync();
        Assert.Single(_world.Runtime.Done, "restore");
        Assert.Single(_world.Runtime.Done, "serve");
        await _world.StopAsync();
        await _world.StopAsync();
        Assert.Single(_world.Runtime.Done, "save");
    }
}
