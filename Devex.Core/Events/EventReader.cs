using Devex.Contracts;
using Devex.Contracts.Api;

namespace Devex.Core.Events;

/// <summary>What one connection is still to be told: at most one entry per REPL, however slowly it reads.</summary>
internal sealed class EventReader(UserId user)
{
    private readonly Lock _lock = new();
    private readonly SemaphoreSlim _signal = new(0, 1);
    private HashSet<ReplId> _changed = [];
    private Dictionary<ReplId, SavedState> _saved = [];
    private HashSet<ReplId> _known = [];
    private bool _resync = true;

    public UserId User => user;

    /// <summary>Whether the reader was told of this REPL, and so must be told when it goes.</summary>
    public bool Knows(ReplId id)
    {
        lock (_lock)
            return _known.Contains(id);
    }

    public void SetKnown(IEnumerable<ReplId> ids)
    {
        lock (_lock)
            _known = [.. ids];
    }

    public void SetKnown(ReplId id, bool known)
    {
        lock (_lock)
        {
            if (known)
                _known.Add(id);
            else
                _known.Remove(id);
        }
    }

    public void Tell(EventMessage message)
    {
        lock (_lock)
        {
            if (message.Saved is { } saved)
                _saved[message.Id] = saved;
            else
                _changed.Add(message.Id);
            Signal();
        }
    }

    /// <summary>The next thing to tell is everything.</summary>
    public void Resync()
    {
        lock (_lock)
        {
            _resync = true;
            Signal();
        }
    }

    /// <summary>Waits until there is something to tell; false when there was nothing for so long.</summary>
    public Task<bool> WaitAsync(TimeSpan limit, CancellationToken cancellationToken) => _signal.WaitAsync(limit, cancellationToken);

    public Pending Take()
    {
        lock (_lock)
        {
            var pending = new Pending(_resync, _changed, _saved);
            (_resync, _changed, _saved) = (false, [], []);
            return pending;
        }
    }

    private void Signal()
    {
        if (_signal.CurrentCount == 0)
            _signal.Release();
    }
}

/// <summary>What is to be told.</summary>
internal sealed record Pending(bool Resync, IReadOnlySet<ReplId> Changed, IReadOnlyDictionary<ReplId, SavedState> Saved);
