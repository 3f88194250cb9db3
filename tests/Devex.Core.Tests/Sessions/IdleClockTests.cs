using Devex.Contracts;
using Devex.Contracts.Control;
using Devex.Core.Repls;
using Devex.Core.Sessions;
using Xunit;

namespace Devex.Core.Tests.Sessions;

/// <summary>When a session that nobody uses stops, what keeps it running, and how people are told.</summary>
public sealed class IdleClockTests
{
    private readonly SessionWorld _world = new();

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
}
