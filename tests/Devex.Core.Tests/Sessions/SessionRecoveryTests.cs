using Devex.Contracts.Api;
using Devex.Core.Repls;
using Devex.Core.Sessions;
using Xunit;

namespace Devex.Core.Tests.Sessions;

/// <summary>Programs that die, records that are gone, and what a runtime tells late: the session goes on where it can, and nothing that was not saved is thrown away.</summary>
public sealed class SessionRecoveryTests
{
    private readonly SessionWorld _world = new();

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

    [Theory, InlineData(false), InlineData(true)]
    public async Task A_serve_that_the_machine_itself_started_again_is_told_as_a_crash_however_late_its_end_is_heard_of(bool late)
    {
        await _world.StartAsync();
        var session = _world.Machine.Session;
        _world.Machine.LastEnd = late ? null : "it was ended by signal 9";
        _world.Runtime.Replace(_world.Repl.Id);
        await LookUntilQuietAsync();
        if (late)
        {
            Assert.EndsWith("how it ended is not known", (await _world.ViewAsync()).Problem, StringComparison.Ordinal);
            _world.Machine.LastEnd = "it was ended by signal 9";
            await LookUntilQuietAsync();
        }

        var view = await _world.ViewAsync();
        Assert.Equal(ReplState.Running, view.State);
        Assert.Equal("The session crashed and is started again over the same files: it was ended by signal 9", view.Problem);
        var record = await _world.RecordAsync();
        Assert.Equal((session, _world.Machine.Instance, 1), (record.Session, record.Instance, record.Crashes));

        // Of what crashes again its last lines are told.
        _world.Machine.LastWords = "Out of paper.";
        _world.Runtime.Replace(_world.Repl.Id);
        await LookUntilQuietAsync();
        Assert.EndsWith("it was ended by signal 9: Out of paper.", (await _world.ViewAsync()).Problem, StringComparison.Ordinal);

        async Task LookUntilQuietAsync()
        {
            while (await _world.RunAsync() == TimeSpan.Zero)
            {
            }
        }
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
    public async Task What_comes_late_of_a_session_that_has_ended_is_removed_and_nothing_is_made_for_it()
    {
        await _world.StartAsync();
        var (id, session) = (_world.Repl.Id, _world.Machine.Session);
        Assert.Null(await _world.StopAsync());
        var before = _world.Runtime.Prepared;
        _world.Runtime.Machines[id] = new Machine(_world.Repl.Owner, id, session);
        _world.Runtime.Incomplete = true;
        Assert.Null(await _world.RunAsync());
        Assert.Empty(_world.Runtime.Machines);
        Assert.Equal(before, _world.Runtime.Prepared);
    }

    [Fact]
    public async Task What_somebody_took_away_of_a_session_is_made_anew()
    {
        await _world.StartAsync();
        var before = _world.Runtime.Prepared;
        _world.Runtime.Incomplete = true;
        await _world.RunAsync();
        Assert.Equal(before + 1, _world.Runtime.Prepared);
        Assert.Equal(SessionPhase.Running, (await _world.RecordAsync()).Phase);
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
