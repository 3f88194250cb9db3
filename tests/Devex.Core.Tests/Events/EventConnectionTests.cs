using System.Net.WebSockets;
using Devex.Contracts;
using Devex.Contracts.Api;
using Devex.Core.Events;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Devex.Core.Tests.Events;

/// <summary>How long a connection lasts, by a clock that the test moves.</summary>
public sealed class EventConnectionTests : IDisposable
{
    private static readonly UserId Ada = UserId.Local("ada");
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly FakeTimeProvider _time = new();
    private readonly FakeSocket _socket = new();
    private readonly EventReader _reader = new(Ada);
    private readonly OneRepl _views = new();
    private readonly CancellationTokenSource _stopping = new();
    private volatile bool _welcome = true;
    private int _asked;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        _socket.Dispose();
        _stopping.Dispose();
    }

    [Fact]
    public async Task A_reader_that_takes_no_frame_for_ten_seconds_is_cut_off_and_not_before()
    {
        _socket.TakesNothing = true;
        var running = RunAsync();
        await _socket.Stuck.WaitAsync(Patience, Cancelled);
        _time.Advance(TimeSpan.FromSeconds(9.9));
        Assert.Equal(WebSocketState.Open, _socket.State);
        _time.Advance(TimeSpan.FromSeconds(0.1));
        Assert.Null(await _socket.Ended.WaitAsync(Patience, Cancelled));
        await running.WaitAsync(Patience, Cancelled);
    }

    [Fact]
    public async Task A_reader_who_is_no_longer_welcome_is_shown_out_within_a_minute()
    {
        var running = RunAsync();
        Assert.Contains("snapshot", await _socket.NextAsync(Cancelled), StringComparison.Ordinal);
        _welcome = false;
        await AdvanceUntilAsync(_socket.Ended, TimeSpan.FromSeconds(30));
        Assert.Equal(WebSocketCloseStatus.PolicyViolation, await _socket.Ended);
        await running.WaitAsync(Patience, Cancelled);
        Assert.Equal(1, _asked);
    }

    [Fact]
    public async Task A_reader_who_is_told_something_all_the_time_is_looked_at_all_the_same()
    {
        var running = RunAsync();
        var id = ReplId.New();
        for (var second = 0; second < 200 && Volatile.Read(ref _asked) == 0; second++)
        {
            await _socket.NextAsync(Cancelled);
            _reader.Tell(new EventMessage(Ada, id));
            // The pause in which changes are merged, and then some.
            await AdvanceUntilNextAsync();
        }
        Assert.Equal(1, _asked);
        Assert.True(_time.GetUtcNow() - _time.Start >= TimeSpan.FromMinutes(1));
        await _stopping.CancelAsync();
        Assert.Equal(WebSocketCloseStatus.EndpointUnavailable, await _socket.Ended.WaitAsync(Patience, Cancelled));
        await running.WaitAsync(Patience, Cancelled);
    }

    [Fact]
    public async Task A_reader_who_stays_welcome_stays()
    {
        var running = RunAsync();
        await _socket.NextAsync(Cancelled);
        for (var minute = 1; minute <= 5; minute++)
        {
            while (Volatile.Read(ref _asked) < minute)
            {
                _time.Advance(TimeSpan.FromSeconds(10));
                await Task.Delay(1, Cancelled);
            }
        }
        Assert.Equal(WebSocketState.Open, _socket.State);
        await _stopping.CancelAsync();
        await running.WaitAsync(Patience, Cancelled);
    }

    private Task RunAsync() => new EventConnection(
        _socket, _reader, _views,
        _ =>
        {
            Interlocked.Increment(ref _asked);
            return Task.FromResult(_welcome);
        },
        _time).RunAsync(CancellationToken.None, _stopping.Token);

    /// <summary>Moves the clock in steps: whoever waits may begin to wait only after a step.</summary>
    private async Task AdvanceUntilAsync(Task done, TimeSpan step)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(Cancelled);
        limit.CancelAfter(Patience);
        while (!done.IsCompleted)
        {
            _time.Advance(step);
            await Task.Delay(1, limit.Token);
        }
    }

    private async Task AdvanceUntilNextAsync()
    {
        var before = _views.Count;
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(Cancelled);
        limit.CancelAfter(Patience);
        _time.Advance(TimeSpan.FromSeconds(1));
        while (_views.Count == before && Volatile.Read(ref _asked) == 0)
        {
            _time.Advance(TimeSpan.FromMilliseconds(25));
            await Task.Delay(1, limit.Token);
        }
    }

    private sealed class OneRepl : IEventViews
    {
        private int _count;

        /// <summary>How often the one REPL was looked at.</summary>
        public int Count => Volatile.Read(ref _count);

        public Task<IReadOnlyList<Repl>> AllAsync(UserId reader, CancellationToken cancellationToken) => Task.FromResult<IReadOnlyList<Repl>>([]);

        public Task<Repl?> OneAsync(UserId reader, ReplId id, CancellationToken cancellationToken)
        {
            Interlocked.Increment(ref _count);
            return Task.FromResult<Repl?>(new Repl(
                id, "one", "node", new UserSummary(reader, "ada", "Ada", null), Role.Owner, ReplState.Stopped, DateTimeOffset.UnixEpoch, null, null, null, null, null,
                null, [], null));
        }
    }
}
