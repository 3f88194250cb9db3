using System.Collections.Concurrent;
using Devex.Contracts;
using Devex.Contracts.Gateway;

namespace Devex.Gateway.Sessions;

/// <summary>
/// Where sessions are, asked of Core and remembered for 30 s; an absence for 1 s. A change is told by Core through Redis, a failed dial
/// forgets too, so that a stale answer costs one retry at most.
/// </summary>
internal sealed class SessionLocations(GatewayCore core, TimeProvider time)
{
    private static readonly TimeSpan Kept = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan AbsenceKept = TimeSpan.FromSeconds(1);

    private readonly ConcurrentDictionary<ReplId, Entry> _entries = new();
    private readonly Lock _gate = new();
    private long _forgets;

    /// <summary>The location, or null when no session runs.</summary>
    /// <exception cref="HttpRequestException">Core is out of reach and nothing is remembered.</exception>
    public async ValueTask<SessionLocation?> FindAsync(ReplId id, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        if (_entries.TryGetValue(id, out var known) && known.Until > now)
            return known.Location;
        var forgets = Volatile.Read(ref _forgets);
        try
        {
            var location = await core.LocateAsync(id, cancellationToken);
            // An answer that was on its way while something changed may be older than the change: it is good for this once.
            lock (_gate)
            {
                if (_forgets == forgets)
                    _entries[id] = new Entry(location, now + (location is null ? AbsenceKept : Shorter(Kept, location.TunnelTokenExpiresAt - now)));
            }
            return location;
        }
        catch (HttpRequestException) when (known?.Location is { } last && last.TunnelTokenExpiresAt > now)
        {
            // A restart of Core must not cut anyone off: the last answer holds until a dial proves it wrong.
            return last;
        }
    }

    /// <summary>After a dial that failed: forgets what is known, and asks whether a session runs at all; false too where Core does not say.</summary>
    public async ValueTask<bool> IsGoneAsync(ReplId id, CancellationToken cancellationToken)
    {
        Forget(id);
        try
        {
            return await FindAsync(id, cancellationToken) is null;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    /// <summary>Forgets what is known of a REPL's session.</summary>
    public void Forget(ReplId id)
    {
        lock (_gate)
        {
            _forgets++;
            _entries.TryRemove(id, out _);
        }
    }

    /// <summary>Forgets everything: messages may have been missed.</summary>
    public void ForgetAll()
    {
        lock (_gate)
        {
            _forgets++;
            _entries.Clear();
        }
    }

    /// <summary>Drops entries that nobody asked for since they ended.</summary>
    public void Trim()
    {
        var now = time.GetUtcNow();
        foreach (var (id, entry) in _entries)
        {
            if (entry.Until < now - Kept)
                _entries.TryRemove(new KeyValuePair<ReplId, Entry>(id, entry));
        }
    }

    private static TimeSpan Shorter(TimeSpan a, TimeSpan b) => a < b ? a : b;

    private sealed record Entry(SessionLocation? Location, DateTimeOffset Until);
}
