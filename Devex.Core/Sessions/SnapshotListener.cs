using System.Collections.Concurrent;
using Devex.Contracts;
using Devex.Contracts.Api;
using Devex.Contracts.Snapshots;
using Devex.Core.Events;
using Devex.Core.Sessions.Store;
using Devex.Core.Snapshots;

namespace Devex.Core.Sessions;

/// <summary>Keeps the record and everyone who looks up to date with what a session's writers tell.</summary>
internal sealed class SnapshotListener(ISessionStore store, IReplEvents events, TimeProvider time) : ISnapshotEvents
{
    private static readonly TimeSpan Often = TimeSpan.FromMilliseconds(250);

    private readonly ConcurrentDictionary<ReplId, DateTimeOffset> _told = new();

    public async Task CommittedAsync(UserId owner, ReplId id, SavedState saved, CancellationToken cancellationToken)
    {
        await store.UpdateAsync(id, current => SavedStates.Newer(current, owner, id, saved), cancellationToken);
        await events.SavedAsync(owner, id, saved, cancellationToken);
    }

    public async Task ProgressAsync(UserId owner, ReplId id, string session, ProgressReport report, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        // A picture four times a second is enough, but the last must come, and what it waits for.
        var (done, total) = (report.Done, report.Total);
        if (done < total && !report.Waits && _told.TryGetValue(id, out var last) && now - last < Often)
            return;
        _told[id] = now;
        if (done >= total)
            _told.TryRemove(id, out _);
        var written = await store.UpdateAsync(
            id,
            current => current?.Session == session && current.Progress is { } progress ? current with { Progress = progress.Reach(report.Stage, now).Count(report) } : null,
            cancellationToken);
        if (written?.Session == session)
            await events.ChangedAsync(owner, id, cancellationToken);
    }
}
