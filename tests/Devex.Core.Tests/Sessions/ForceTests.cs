using Devex.Contracts;
using Devex.Contracts.Api;
using Devex.Core.Repls;
using Devex.Core.Sessions;
using Devex.Core.Sessions.Store;
using Xunit;

namespace Devex.Core.Tests.Sessions;

/// <summary>An operator ends a session that is not to be saved.</summary>
public sealed class ForceTests
{
    private static readonly UserId Operator = UserId.Local("grace");

    private readonly SessionWorld _world = new();

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_session_that_cannot_be_saved_is_ended_without_a_save_and_says_what_is_kept()
    {
        await _world.StartAsync();
        _world.Edit();
        _world.Runtime.SavesCommit = false;
        await _world.StopAsync();
        await _world.AssertStateAsync(ReplState.Running);
        _world.Runtime.Done.Clear();

        await ForceAsync();
        Assert.Null(await _world.RunAsync());
        Assert.Equal(["set aside"], _world.Runtime.Done);
        var view = await _world.ViewAsync();
        Assert.Equal(ReplState.Stopped, view.State);
        Assert.Contains("An operator ended the session without saving it", view.Problem, StringComparison.Ordinal);
        Assert.Contains("1970-01-01", view.Problem, StringComparison.Ordinal);
        Assert.Null((await _world.RecordAsync()).ForcedBy);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_step_that_hangs_is_cut_off(bool atStart)
    {
        if (atStart)
        {
            _world.Runtime.RestoreWaits = new TaskCompletionSource();
            _world.Repls.Want(_world.Repl.Id, DesiredState.Running);
        }
        else
        {
            await _world.StartAsync();
            _world.Edit();
            _world.Runtime.SaveWaits = new TaskCompletionSource();
            _world.Repls.Want(_world.Repl.Id, DesiredState.Stopped);
        }
        var reached = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _world.Runtime.Began = what => _ = what == (atStart ? "restore" : "save") && reached.TrySetResult();
        await using var lease = await _world.Leases.TakeAsync(_world.Repl.Id, Cancelled);
        var work = new SessionWork(_world.Repl.Owner, _world.Repl.Id, lease!.Fence);
        var run = _world.NewEngine().RunAsync(work, Cancelled);
        await reached.Task.WaitAsync(TimeSpan.FromSeconds(60), Cancelled);

        _world.Repls.Want(_world.Repl.Id, DesiredState.Stopped);
        await ForceAsync();
        work.Wake();
        Assert.Null(await run.WaitAsync(TimeSpan.FromSeconds(60), Cancelled));
        await _world.AssertStateAsync(ReplState.Stopped);
        Assert.Contains("set aside", _world.Runtime.Done);
        Assert.Empty(_world.Runtime.Machines);
    }

    [Fact]
    public async Task After_it_the_repl_starts_again_from_what_was_saved()
    {
        await _world.StartAsync();
        var session = (await _world.RecordAsync()).Session;
        _world.Repls.Want(_world.Repl.Id, DesiredState.Stopped);
        await ForceAsync();
        await _world.RunAsync();
        await _world.StartAsync();
        var record = await _world.RecordAsync();
        Assert.Equal(SessionPhase.Running, record.Phase);
        Assert.NotEqual(session, record.Session);
    }

    private Task<SessionRecord?> ForceAsync() => _world.Store.UpdateAsync(_world.Repl.Id, record => record! with { ForcedBy = Operator }, Cancelled);
}
