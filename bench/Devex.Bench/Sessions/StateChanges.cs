using System.Diagnostics;
using System.Text.Json;
using Devex.Contracts;
using Devex.Contracts.Gateway;
using Devex.Core.Sessions;
using Devex.Core.Sessions.Store;
using Devex.Core.Storage;
using StackExchange.Redis;

namespace Devex.Bench.Sessions;

/// <summary>
/// How long Core takes from what happens to what it has recorded: from the moment in which a request is sent, to Core's API or to the API server, until Core has written the session's
/// record and said so. The API server's own time is in it.
/// </summary>
internal sealed class StateChanges(IConnectionMultiplexer redis)
{
    public const string WishToRun = "a wish to run";
    public const string FilesRestored = "files were restored";
    public const string ProgramsRunning = "programs run";
    public const string ProgramsRestarted = "programs were killed and run again";
    public const string WishToStop = "a wish to stop";
    public const string Saved = "a save ended";
    public const string Start = "start";
    public const string Stop = "stop";

    /// <summary>Each is one change, and one write.</summary>
    public static IReadOnlyList<string> Single { get; } = [WishToRun, FilesRestored, ProgramsRunning, ProgramsRestarted, WishToStop, Saved];

    private readonly RedisSessionStore _store = new(redis);
    private readonly Lock _gate = new();
    private readonly Dictionary<ReplId, List<Expectation>> _expected = [];
    private readonly Dictionary<string, List<double>> _times = [];

    public async Task StartAsync() => await redis.GetSubscriber().SubscribeAsync(RedisChannel.Literal(Channels.Events), (channel, message) =>
    {
        if (JsonSerializer.Deserialize(message.ToString(), CoreJson.Default.EventMessage) is { Saved: null } told)
            _ = LookAsync(told.Id, Stopwatch.GetTimestamp());
    });

    /// <summary>Begins to wait; completes when the record is as expected.</summary>
    public Task Expect(ReplId id, string what, Func<SessionRecord, bool> isThere)
    {
        var expectation = new Expectation(what, isThere, Stopwatch.GetTimestamp());
        lock (_gate)
        {
            if (!_expected.TryGetValue(id, out var list))
                _expected[id] = list = [];
            list.Add(expectation);
        }
        return expectation.Done.Task;
    }

    /// <summary>Whatever is expected of it will not come.</summary>
    public void Fail(ReplId id, Exception why)
    {
        lock (_gate)
        {
            if (_expected.Remove(id, out var list))
                list.ForEach(expectation => expectation.Done.TrySetException(new InvalidOperationException($"{id}: {why.Message}", why)));
        }
    }

    /// <summary>Milliseconds of all changes of some kinds so far.</summary>
    public IReadOnlyList<double> Of(params IEnumerable<string> kinds)
    {
        lock (_gate)
            return [.. kinds.SelectMany(kind => _times.GetValueOrDefault(kind) ?? [])];
    }

    /// <summary>What is still waited for, for whoever has waited too long.</summary>
    public string Missing()
    {
        lock (_gate)
            return string.Join(", ", _expected.Where(repl => repl.Value.Count > 0).Take(5).Select(repl => $"{repl.Key}: {string.Join(" and ", repl.Value.Select(expectation => expectation.What))}"));
    }

    private async Task LookAsync(ReplId id, long at)
    {
        if (await _store.FindAsync(id, CancellationToken.None) is not { } record)
            return;
        if (record.FailedSaves > 0 || record is { Phase: SessionPhase.Removing or SessionPhase.Stopped, Problem: not null })
        {
            Fail(id, new InvalidOperationException(record.Problem));
            return;
        }
        lock (_gate)
        {
            if (!_expected.TryGetValue(id, out var list))
                return;
            foreach (var expectation in list.Where(expectation => expectation.IsThere(record)).ToList())
            {
                list.Remove(expectation);
                if (!_times.TryGetValue(expectation.What, out var times))
                    _times[expectation.What] = times = [];
                times.Add(Stopwatch.GetElapsedTime(expectation.Since, at).TotalMilliseconds);
                expectation.Done.TrySetResult();
            }
        }
    }

    private sealed record Expectation(string What, Func<SessionRecord, bool> IsThere, long Since)
    {
        public TaskCompletionSource Done { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
