using System.Collections.Concurrent;
using System.Text.Json;
using Devex.Contracts;
using Devex.Gateway.Sessions;

namespace Devex.Gateway.Previews;

/// <summary>
/// Requests to previews that are under way, so that those of a link that ended, or of a person who lost access, are cut off. A visit is here
/// before it is looked up whether it may be: a change is then either in the answer, or finds the visit.
/// </summary>
internal sealed class PreviewVisits(SessionLocations locations, TimeProvider time)
{
    private readonly ConcurrentDictionary<PreviewVisit, byte> _open = new();

    public PreviewVisit Begin(ReplId id, int port, PreviewPass pass, CancellationToken aborted)
    {
        var visit = new PreviewVisit(id, port, pass, ended => _open.TryRemove(ended, out _), aborted);
        _open.TryAdd(visit, 0);
        return visit;
    }

    /// <summary>Cuts off the visits of a REPL, or all, that may not be any more. Never fails: where Core does not answer, the next check will tell.</summary>
    public async Task CheckAsync(ReplId? changed, CancellationToken cancellationToken)
    {
        foreach (var repl in _open.Keys.Where(visit => changed is null || visit.Id == changed).GroupBy(visit => visit.Id))
        {
            try
            {
                // Without a session there is nothing to see, and its end closes what is open.
                if (await locations.FindAsync(repl.Key, cancellationToken) is not { } location)
                    continue;
                foreach (var visit in repl.Where(visit => !visit.Pass.Admits(location, visit.Port, time.GetUtcNow())))
                    visit.Cut();
            }
            catch (Exception e) when (e is HttpRequestException or JsonException or OperationCanceledException)
            {
                // As said above.
            }
        }
    }
}

/// <summary>One request to a preview.</summary>
internal sealed class PreviewVisit(ReplId id, int port, PreviewPass pass, Action<PreviewVisit> ended, CancellationToken aborted) : IDisposable
{
    private readonly CancellationTokenSource _cut = CancellationTokenSource.CreateLinkedTokenSource(aborted);

    public ReplId Id => id;

    public int Port => port;

    public PreviewPass Pass => pass;

    /// <summary>Fires when the visitor goes, and when the visit is cut off.</summary>
    public CancellationToken Token => _cut.Token;

    /// <summary>Whether it was cut off.</summary>
    public bool IsCut => _cut.IsCancellationRequested && !aborted.IsCancellationRequested;

    public void Cut()
    {
        try
        {
            _cut.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // It was over meanwhile.
        }
    }

    /// <summary>Cuts it off then.</summary>
    public void EndAfter(TimeSpan time) => _cut.CancelAfter(time > TimeSpan.Zero ? time : TimeSpan.Zero);

    public void Dispose()
    {
        ended(this);
        _cut.Dispose();
    }
}
