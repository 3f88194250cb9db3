using Devex.Contracts.Api;
using Devex.Core.Repls;
using Devex.Core.Runtimes;
using Devex.Core.Sessions;
using Xunit;

namespace Devex.Core.Tests.Sessions;

/// <summary>A stop removes nothing before its save is committed.</summary>
public sealed class SessionStopTests
{
    private readonly SessionWorld _world = new();

    [Fact]
    public async Task A_stop_freezes_ends_programs_saves_and_only_then_removes()
    {
        await _world.StartAsync();
        _world.Edit();
        _world.Runtime.Done.Clear();
        Assert.Null(await _world.StopAsync());
        Assert.Equal(["freeze", "end programs", "save", "remove"], _world.Runtime.Done);
        var view = await _world.ViewAsync();
        Assert.Equal(ReplState.Stopped, view.State);
        Assert.Equal(2, view.Saved!.Root);
        Assert.Equal(["freezing", "ending", "saving", "removing", "stopped"], view.Progress!.Stages.Select(stage => stage.Name));
    }

    [Fact]
    public async Task A_failed_save_keeps_the_session_live_and_is_tried_again_until_it_commits()
    {
        await _world.StartAsync();
        _world.Edit();
        _world.Runtime.SavesCommit = false;
        _world.Runtime.SaveOutcome = new RunOutcome(4, "");

        var wait = await _world.StopAsync();
        var view = await _world.ViewAsync();
        Assert.Equal(ReplState.Running, view.State);
        Assert.Contains("not saved", view.Problem, StringComparison.Ordinal);
        Assert.Contains("the storage does not answer", view.Problem, StringComparison.Ordinal);
        Assert.False(_world.Machine.Frozen);
        Assert.DoesNotContain("remove", _world.Runtime.Done);

        _world.Time.Advance(wait!.Value);
        var longer = await _world.RunAsync();
        Assert.True(longer > wait);
        await _world.AssertStateAsync(ReplState.Running);

        _world.Runtime.SavesCommit = true;
        _world.Time.Advance(longer.Value);
        Assert.Null(await _world.RunAsync());
        await _world.AssertStateAsync(ReplState.Stopped);
        Assert.Null((await _world.ViewAsync()).Problem);
    }

    [Fact]
    public async Task A_stop_that_waits_for_S3_says_so_until_S3_answers_and_no_longer()
    {
        await _world.StartAsync();
        _world.Edit();
        _world.Repls.Want(_world.Repl.Id, DesiredState.Stopped);
        var told = new List<ProgressStage>();
        _world.Store.Written += record => told.Add(record.Progress!.Stages[^1]);
        await using var lease = await _world.Leases.TakeAsync(_world.Repl.Id, TestContext.Current.CancellationToken);
        var (engine, work) = (_world.NewEngine(), new SessionWork(_world.Repl.Owner, _world.Repl.Id, lease!.Fence));

        _world.Store.Written += GoAway;
        await Assert.ThrowsAsync<HttpRequestException>(() => engine.RunAsync(work, TestContext.Current.CancellationToken));
        Assert.True(await engine.TellOfStorageAsync(work, TestContext.Current.CancellationToken));
        var waits = told[^1];
        Assert.NotNull(waits.Waiting);

        told.Clear();
        _world.Repls.Away = null;
        Assert.Null(await engine.RunAsync(work, TestContext.Current.CancellationToken));
        Assert.Equal(waits with { Waiting = null }, told[0]);
        Assert.All(told, stage => Assert.Null(stage.Waiting));

        void GoAway(SessionRecord record)
        {
            _world.Repls.Away = new HttpRequestException("S3 does not answer.");
            _world.Store.Written -= GoAway;
        }
    }

    [Fact]
    public async Task A_stop_under_which_S3_falls_silent_says_so_before_a_request_is_given_up()
    {
        await _world.StartAsync();
        _world.Edit();
        _world.Repls.Want(_world.Repl.Id, DesiredState.Stopped);
        var (silence, waits, told) = (new TaskCompletionSource(), new TaskCompletionSource(), new List<ProgressStage>());
        await using var lease = await _world.Leases.TakeAsync(_world.Repl.Id, TestContext.Current.CancellationToken);
        var (engine, work) = (_world.NewEngine(), new SessionWork(_world.Repl.Owner, _world.Repl.Id, lease!.Fence));
        _world.Store.Written += Listen;

        var running = engine.RunAsync(work, TestContext.Current.CancellationToken);
        await _world.Repls.AskedInVain.Task.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
        // Step by step, since the clock that is waited on may be set only now; and by less than what a request is given up after.
        for (var second = 1; second < Contracts.Connections.Patience.WithS3.Answer.TotalSeconds && !waits.Task.IsCompleted; second++)
        {
            _world.Time.Advance(TimeSpan.FromSeconds(1));
            await Task.WhenAny(waits.Task, Task.Delay(TimeSpan.FromMilliseconds(50), TestContext.Current.CancellationToken));
        }
        await waits.Task.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
        Assert.False(running.IsCompleted);

        silence.SetResult();
        Assert.Null(await running);
        var first = told.FindIndex(stage => stage.Waiting is not null);
        Assert.Equal(told[first] with { Waiting = null }, told[first + 1]);
        Assert.All(told.Skip(first + 1), stage => Assert.Null(stage.Waiting));

        void Listen(SessionRecord record)
        {
            var stage = record.Progress!.Stages[^1];
            told.Add(stage);
            _world.Repls.Silence = silence.Task;
            if (stage.Waiting is not null)
                waits.TrySetResult();
        }
    }

    [Fact]
    public async Task A_save_that_exits_0_without_a_commit_removes_nothing()
    {
        await _world.StartAsync();
        _world.Edit();
        _world.Runtime.SavesCommit = false;
        await _world.StopAsync();
        Assert.True(_world.Runtime.Machines.ContainsKey(_world.Repl.Id));
        await _world.AssertStateAsync(ReplState.Running);
    }

    [Fact]
    public async Task A_save_that_fails_after_its_commit_has_saved()
    {
        await _world.StartAsync();
        _world.Edit();
        _world.Runtime.SaveOutcome = new RunOutcome(null, "killed");
        Assert.Null(await _world.StopAsync());
        await _world.AssertStateAsync(ReplState.Stopped);
    }

    [Fact]
    public async Task A_start_after_a_failed_stop_lets_the_session_live()
    {
        await _world.StartAsync();
        _world.Runtime.SavesCommit = false;
        await _world.StopAsync();
        await _world.StartAsync();
        var view = await _world.ViewAsync();
        Assert.Equal(ReplState.Running, view.State);
        Assert.Null(view.Problem);
        Assert.Single(_world.Runtime.Done, "serve");
    }

    [Fact]
    public async Task A_session_that_does_not_answer_is_ended_and_one_that_does_writes_what_it_had_acknowledged()
    {
        await _world.StartAsync();
        _world.Edit();
        _world.Machine.Silent = true;
        Assert.Null(await _world.StopAsync());
        Assert.Equal(["end serve", "serve", "freeze", "end programs", "save", "remove"], _world.Runtime.Done.TakeLast(6));
        await _world.AssertStateAsync(ReplState.Stopped);
    }

    [Fact]
    public async Task A_session_without_the_restore_marker_stops_without_a_save()
    {
        await _world.StartAsync();
        _world.Machine.Restored = false;
        _world.Machine.WasReady = false;
        Assert.Null(await _world.StopAsync());
        Assert.DoesNotContain("save", _world.Runtime.Done);
    }

    [Fact]
    public async Task Documents_that_cannot_be_flushed_put_the_stop_off()
    {
        _world.Options.FlushTimeout = TimeSpan.Zero;
        await _world.StartAsync();
        _world.Edit();
        _world.Machine.Unflushed = 2;
        await _world.StopAsync();
        var view = await _world.ViewAsync();
        Assert.Equal(ReplState.Running, view.State);
        Assert.Contains("2 open documents", view.Problem, StringComparison.Ordinal);
        Assert.DoesNotContain("end programs", _world.Runtime.Done);
    }

    [Fact]
    public async Task Deleting_a_running_repl_saves_and_stops_it()
    {
        await _world.StartAsync();
        _world.Edit();
        _world.Repls.Trash(_world.Repl.Id);
        Assert.Null(await _world.RunAsync());
        Assert.Contains("save", _world.Runtime.Done);
        await _world.AssertStateAsync(ReplState.Stopped);
    }
}
