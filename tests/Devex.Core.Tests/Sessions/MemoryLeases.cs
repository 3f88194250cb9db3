using System.Collections.Concurrent;
using Devex.Contracts;
using Devex.Core.Sessions.Store;

namespace Devex.Core.Tests.Sessions;

internal sealed class MemoryLeases : ISessionLeases
{
    private readonly ConcurrentDictionary<ReplId, Lease> _held = new();
    private long _fence;

    public Task<ISessionLease?> TakeAsync(ReplId id, CancellationToken cancellationToken)
    {
        var lease = new Lease(Interlocked.Increment(ref _fence), this, id);
        return Task.FromResult<ISessionLease?>(_held.TryAdd(id, lease) ? lease : null);
    }

    /// <summary>The holder is told that it lost its lease, and another may take it at once.</summary>
    public void Lose(ReplId id)
    {
        if (_held.TryRemove(id, out var lease))
            lease.Lose();
    }

    /// <summary>The lease ends without its holder hearing of it, as when a process is stopped for a while.</summary>
    public void Expire(ReplId id) => _held.TryRemove(id, out _);

    private sealed class Lease(long fence, MemoryLeases leases, ReplId id) : ISessionLease
    {
        private readonly CancellationTokenSource _lost = new();

        public long Fence => fence;

        public CancellationToken Lost => _lost.Token;

        public void Lose() => _lost.Cancel();

        public ValueTask DisposeAsync()
        {
            leases._held.TryRemove(KeyValuePair.Create(id, this));
            return ValueTask.CompletedTask;
        }
    }
}
