using System.Collections.Concurrent;
using Devex.Contracts;
using Devex.Core.Sessions;
using Devex.Core.Sessions.Store;

namespace Devex.Core.Tests.Sessions;

/// <summary>The store's contract without a server.</summary>
internal sealed class MemorySessionStore : ISessionStore
{
    private readonly ConcurrentDictionary<ReplId, SessionRecord> _records = new();

    /// <summary>Every phase that was ever written, in order.</summary>
    public ConcurrentQueue<SessionPhase> Phases { get; } = new();

    /// <summary>Called after each write.</summary>
    public Action<SessionRecord>? Written { get; set; }

    public Task<SessionRecord?> FindAsync(ReplId id, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return Task.FromResult(_records.GetValueOrDefault(id));
    }

    public Task<IReadOnlyList<SessionRecord?>> FindAsync(IReadOnlyList<ReplId> ids, CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<SessionRecord?>>([.. ids.Select(_records.GetValueOrDefault)]);

    public Task<bool> TryWriteAsync(SessionRecord next, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var done = next.Version == 1
            ? _records.TryAdd(next.Id, next)
            : _records.TryGetValue(next.Id, out var current) && current.Version == next.Version - 1 && _records.TryUpdate(next.Id, next, current);
        if (done)
        {
            if (Phases.LastOrDefault((SessionPhase)(-1)) != next.Phase)
                Phases.Enqueue(next.Phase);
            Written?.Invoke(next);
        }
        return Task.FromResult(done);
    }

    public Task DeleteAsync(ReplId id, CancellationToken cancellationToken)
    {
        _records.TryRemove(id, out _);
        return Task.CompletedTask;
    }

    public Task<IReadOnlyList<(UserId Owner, ReplId Id)>> ActiveAsync(CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<(UserId, ReplId)>>(
            [.. _records.Values.Where(record => record.Phase is not SessionPhase.Stopped).Select(record => (record.Owner, record.Id))]);
}
