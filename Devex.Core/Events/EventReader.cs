using System.Threading.Channels;
using Devex.Contracts;
using Devex.Contracts.Api;

namespace Devex.Core.Events;

/// <summary>What one connection is still to be told: at most one entry per REPL, however slowly it reads.</summary>
internal sealed class EventReader(UserId user)
{
    private readonly Lock _lock = new();
    private readonly Channel<bool> _signal = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
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
            _signal.Writer.TryWrite(true);
        }
    }

    /// <summary>The next thing to tell is everything.</summary>
    public void Resync()
    {
        lock (_lock)
        {
            _resync = true;
            _signal.Writer.TryWrite(true);
        }
    }

    /// <summary>Waits until there is something to tell; false when there was nothing for so long.</summary>
    public async Task<bool> WaitAsync(TimeSpan limit, TimeProvider time, CancellationToken cancellationToken)
    {
        if (_signal.Reader.TryRead(out _))
            return true;
        using var passed = new CancellationTokenSource(limit, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, passed.Token);
        try
        {
            return await _signal.Reader.ReadAsync(either.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return false;
        }
    }

    public Pending Take()
    {
        lock (_lock)
        {
            var pending = new Pending(_resync, _changed, _saved);
            (_resync, _changed, _saved) = (false, [], []);
            return pending;
        }
    }
}

/// <summary>What is to be told.</summary>
internal sealed record Pending(bool Resync, IReadOnlySet<ReplId> Changed, IReadOnlyDictionary<ReplId, SavedState> Saved);
