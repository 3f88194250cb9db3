using Devex.Contracts;
using Devex.Contracts.Api;
using Devex.Contracts.Control;
using Devex.Core.Repls;
using Devex.Core.Runtimes;
using Devex.Core.Sessions;
using Xunit;

namespace Devex.Core.Tests.Sessions;

public sealed class SessionEngineTests
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
    public async Task What_a_late_watch_does_not_show_is_looked_for_before_it_is_given_up()
    {
        await _world.StartAsync();
        var session = _world.Machine.Session;
        foreach (var whole in new[] { true, false })
        {
            _world.Runtime.Unheard[_world.Repl.Id] = whole;
            await _world.RunAsync();
            await _world.AssertStateAsync(ReplState.Running);
            Assert.Null((await _world.ViewAsync()).Problem);
            Assert.Equal(0, (await _world.RecordAsync()).Crashes);
        }

        // The record is lost as well: the session is taken as it is, and none is begun beside it.
        _world.Runtime.Unheard[_world.Repl.Id] = true;
        await _world.Store.DeleteAsync(_world.Repl.Id, CancellationToken.None);
        await _world.RunAsync();
        Assert.Equal(session, (await _world.RecordAsync()).Session);
        await _world.AssertStateAsync(ReplState.Running);
        Assert.DoesNotContain("remove", _world.Runtime.Done);
    }

    [Fact]
    public async Task What_a_late_controller_makes_of_a_session_that_has_ended_is_taken_away_and_not_taken_up()
    {
        await _world.StartAsync();
        await _world.StopAsync();
        var (session, stages) = ((await _world.RecordAsync()).Session, (await _world.ViewAsync()).Progress!.Stages);
        _world.Runtime.Done.Clear();
        _world.Runtime.Machines[_world.Repl.Id] = new Machine(_world.Repl.Owner, _world.Repl.Id, session);
        Assert.Null(await _world.RunAsync());
        Assert.Equal(["remove"], _world.Runtime.Done);
        Assert.Empty(_world.Runtime.Machines);
        Assert.Equal(stages, (await _world.ViewAsync()).Progress!.Stages);

        // In the way of a start it goes as well; with files in it, it is taken up.
        _world.Runtime.Machines[_world.Repl.Id] = new Machine(_world.Repl.Owner, _world.Repl.Id, session);
        await _world.StartAsync();
        await _world.AssertStateAsync(ReplState.Running);
        Assert.NotEqual(session, _world.Machine.Session);
        await _world.StopAsync();
        session = (await _world.RecordAsync()).Session;
        _world.Runtime.Machines[_world.Repl.Id] = new Machine(_world.Repl.Owner, _world.Repl.Id, session) { Restored = true, Content = 1 };
        _world.Runtime.Done.Clear();
        await _world.RunAsync();
        Assert.Contains("save", _world.Runtime.Done);
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
    public async Task A_crash_of_serve_starts_it_again_over_the_same_files_in_the_same_session()
    {
        await _world.StartAsync();
        _world.Edit();
        var before = await _world.RecordAsync();
        var instance = _world.Machine.Instance;
        _world.Runtime.Kill(_world.Repl.Id, serve: true);
        await _world.RunAsync();
        var after = await _world.RecordAsync();
        Assert.Equal(SessionPhase.Running, after.Phase);
        Assert.Equal(before.Session, after.Session);
        Assert.NotEqual(instance, after.Instance);
        Assert.Single(_world.Runtime.Done, "restore");
    }

    [Fact]
    public async Task A_serve_that_never_comes_back_is_given_time_and_keeps_its_files()
    {
        await _world.StartAsync();
        _world.Edit();
        _world.Runtime.ServeFails = "out of memory";
        _world.Runtime.Kill(_world.Repl.Id, serve: true);
        var wait = await _world.RunAsync();
        Assert.True(wait > TimeSpan.Zero);
        var view = await _world.ViewAsync();
        Assert.Equal(ReplState.Starting, view.State);
        Assert.Contains("out of memory", view.Problem, StringComparison.Ordinal);
        Assert.Equal(DesiredState.Running, _world.Repls.Wanted(_world.Repl.Id));

        // What is in its journal only a serve can write: the stop is put off, but not for ever.
        for (var putOff = 0; putOff < 3; putOff++)
        {
            Assert.NotNull(await _world.StopAsync());
            Assert.DoesNotContain("save", _world.Runtime.Done);
            Assert.Contains("could not be brought to their files", (await _world.ViewAsync()).Problem, StringComparison.Ordinal);
            _world.Time.Advance(TimeSpan.FromMinutes(1));
        }
        Assert.Null(await _world.StopAsync());
        Assert.Contains("save", _world.Runtime.Done);
        Assert.Contains("may be missing", (await _world.ViewAsync()).Problem, StringComparison.Ordinal);
        Assert.Contains("set aside", _world.Runtime.Done);
        Assert.DoesNotContain("remove", _world.Runtime.Done);
    }

    [Fact]
    public async Task A_saver_that_dies_is_started_again_with_growing_pauses()
    {
        await _world.StartAsync();
        _world.Runtime.Kill(_world.Repl.Id, serve: false);
        await _world.RunAsync();
        Assert.True(_world.Machine.Saving);
        Assert.Equal(2, _world.Runtime.Done.Count(done => done == "saver"));

        _world.Runtime.Kill(_world.Repl.Id, serve: false);
        var wait = await _world.RunAsync();
        Assert.False(_world.Machine.Saving);
        _world.Time.Advance(wait!.Value);
        await _world.RunAsync();
        Assert.True(_world.Machine.Saving);
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
    public async Task An_idle_session_is_stopped_and_a_busy_one_is_not()
    {
        await _world.StartAsync();
        _world.Machine.Clients = 1;
        _world.Time.Advance(TimeSpan.FromMinutes(45));
        await _world.RunAsync();
        Assert.Equal(DesiredState.Running, _world.Repls.Wanted(_world.Repl.Id));

        _world.Machine.Clients = 0;
        _world.Time.Advance(TimeSpan.FromMinutes(29));
        await _world.RunAsync();
        Assert.Equal(DesiredState.Running, _world.Repls.Wanted(_world.Repl.Id));
        _world.Time.Advance(TimeSpan.FromMinutes(1));
        await _world.RunAsync();
        Assert.Equal(DesiredState.Stopped, _world.Repls.Wanted(_world.Repl.Id));
    }

    [Fact]
    public async Task A_busy_session_ends_at_its_maximum_lifetime()
    {
        _world.Options.MaximumLifetime = TimeSpan.FromHours(8);
        await _world.StartAsync();
        _world.Machine.Clients = 1;
        var ends = IdleClock.EndsAt(await _world.RecordAsync(), _world.Options);
        Assert.Equal(_world.Time.GetUtcNow() + TimeSpan.FromHours(8), ends);
        Assert.Null(IdleClock.EndsAt(await _world.RecordAsync() with { Phase = SessionPhase.Saving }, _world.Options));
        _world.Time.Advance(TimeSpan.FromHours(8));
        await _world.RunAsync();
        Assert.Equal(DesiredState.Stopped, _world.Repls.Wanted(_world.Repl.Id));
    }

    [Fact]
    public async Task The_clock_says_what_keeps_a_session_running_and_when_it_stops_when_nothing_does()
    {
        await _world.StartAsync();
        _world.Machine.Clients = 1;
        await _world.RunAsync();
        var busy = IdleClock.View(await _world.RecordAsync(), _world.Options);
        Assert.Equal((1800, null), (busy!.AfterSeconds, busy.StopsAt));
        Assert.Equal(["viewer"], busy.KeptBy);

        var left = _world.Time.GetUtcNow();
        _world.Machine.Clients = 0;
        _world.Time.Advance(TimeSpan.FromMinutes(10));
        await _world.RunAsync();
        var idle = IdleClock.View(await _world.RecordAsync(), _world.Options);
        Assert.Equal(left + TimeSpan.FromMinutes(30), idle!.StopsAt);
        Assert.Empty(idle.KeptBy);
        Assert.Null(IdleClock.View(await _world.RecordAsync() with { Phase = SessionPhase.Saving }, _world.Options));
    }

    [Fact]
    public void What_a_session_says_in_words_of_its_own_is_not_passed_on()
    {
        Assert.Equal(["editor", "process"], IdleClock.KeptBy(Says(["process", "<b>free gold</b>", "editor"])));
        Assert.Equal(["process"], IdleClock.KeptBy(Says([new string('x', 100_000)])));
        Assert.Empty(IdleClock.KeptBy(Says([])));

        static SessionStatus Says(string[] busy) => new("i", ReplId.New(), "1.0", true, false, null, 0, 0, busy, DateTimeOffset.UnixEpoch, []);
    }

    [Fact]
    public async Task A_user_may_have_times_of_their_own()
    {
        _world.Options.MaximumLifetime = TimeSpan.FromHours(1);
        _world.Options.Users[_world.Repl.Owner.ToString()] = new SessionTimes { IdleTimeout = TimeSpan.FromMinutes(5), MaximumLifetime = TimeSpan.Zero };
        await _world.StartAsync();
        Assert.Null(IdleClock.EndsAt(await _world.RecordAsync(), _world.Options));
        _world.Time.Advance(TimeSpan.FromMinutes(5));
        await _world.RunAsync();
        Assert.Equal(DesiredState.Stopped, _world.Repls.Wanted(_world.Repl.Id));
        Assert.Equal(TimeSpan.FromHours(1), _world.Options.MaximumLifetimeOf(UserId.Parse("local-grace")));
    }

    [Fact]
    public async Task A_session_that_Redis_forgot_is_taken_up_again_not_removed()
    {
        await _world.StartAsync();
        _world.Edit();
        var (session, instance) = (_world.Machine.Session, _world.Machine.Instance);
        await _world.Store.DeleteAsync(_world.Repl.Id, TestContext.Current.CancellationToken);
        await _world.RunAsync();
        var record = await _world.RecordAsync();
        Assert.Equal((SessionPhase.Running, session, instance), (record.Phase, record.Session, record.Instance));
    }

    [Fact]
    public async Task A_session_that_Redis_forgot_is_saved_before_a_stop_removes_it()
    {
        await _world.StartAsync();
        _world.Edit();
        await _world.Store.DeleteAsync(_world.Repl.Id, TestContext.Current.CancellationToken);
        Assert.Null(await _world.StopAsync());
        Assert.Contains("save", _world.Runtime.Done);
        Assert.Empty(_world.Runtime.Machines);
    }

    [Fact]
    public async Task A_session_of_no_known_repl_is_set_aside_not_thrown_away()
    {
        await _world.StartAsync();
        _world.Repls.Forget(_world.Repl.Id);
        Assert.Null(await _world.RunAsync());
        Assert.Contains("set aside", _world.Runtime.Done);
        Assert.DoesNotContain("remove", _world.Runtime.Done);
    }

    [Fact]
    public async Task Files_that_are_gone_end_the_session_in_words_and_start_a_new_one()
    {
        await _world.StartAsync();
        var before = (await _world.RecordAsync()).Session;
        _world.Runtime.Machines.Clear();
        await _world.RunAsync();
        var record = await _world.RecordAsync();
        Assert.Equal(SessionPhase.Running, record.Phase);
        Assert.NotEqual(before, record.Session);
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

    [Fact]
    public async Task An_engine_whose_lease_has_passed_on_writes_nothing_more()
    {
        await using var old = await _world.Leases.TakeAsync(_world.Repl.Id, TestContext.Current.CancellationToken);
        _world.Leases.Expire(_world.Repl.Id);
        await _world.StartAsync();
        var record = await _world.RecordAsync();
        _world.Repls.Want(_world.Repl.Id, DesiredState.Stopped);
        await Assert.ThrowsAsync<LeaseLostException>(() =>
            _world.NewEngine().RunAsync(new SessionWork(_world.Repl.Owner, _world.Repl.Id, old!.Fence), TestContext.Current.CancellationToken));
        Assert.Equal(record.Version, (await _world.RecordAsync()).Version);
    }
}
