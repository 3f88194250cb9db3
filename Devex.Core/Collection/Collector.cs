using Devex.Contracts;
using Devex.Contracts.Api;
using Devex.Core.Snapshots;
using Devex.Core.Storage;
using Devex.Snapshots;
using Devex.Snapshots.Roots;
using Microsoft.Extensions.Options;

namespace Devex.Core.Collection;

/// <summary>
/// Thins one user's restore points and deletes what none of them names. Nothing of it depends on the lease under which it runs:
/// <code>
/// thin ─► mark from all roots (trash and rescues included) ─► delete what was condemned a reprieve ago and is still unnamed ─► condemn what is unnamed now
/// </code>
/// A commit that names a condemned object is refused. One that was checked before the list was written, and puts its root after, is found by the second
/// marking, a reprieve later: what it names is not deleted.
/// </summary>
internal sealed partial class Collector(
    SnapshotObjects objects, ObjectStore store, Condemned condemned, CollectionMetrics metrics, IOptions<CollectionOptions> options, TimeProvider time,
    ILogger<Collector> logger)
{
    private const int ReadsAtOnce = 8;

    /// <summary>Removes the restore points of all REPLs that <see cref="Thinning"/> does not keep.</summary>
    public async Task<(int Kept, int Removed)> ThinAsync(UserId user, bool dryRun, CancellationToken cancellationToken)
    {
        var (kept, removed) = (0, 0);
        foreach (var id in await ReplsAsync(user, cancellationToken))
        {
            foreach (var prefix in new[] { SnapshotKeys.Roots(user, id), SnapshotKeys.Rescues(user, id) })
            {
                var points = await objects.ListAllAsync(prefix, cancellationToken);
                var gone = Thinning.Remove(points, point => point.At, time.GetUtcNow());
                if (!dryRun)
                    await objects.DeleteAsync([.. gone.Select(point => point.Key)], cancellationToken);
                kept += points.Count - gone.Count;
                removed += gone.Count;
            }
        }
        if (!dryRun)
            metrics.Thinned(removed);
        return (kept, removed);
    }

    /// <summary>Thins, marks, deletes what is due and condemns.</summary>
    public async Task<CollectionReport> CollectAsync(UserId user, bool dryRun, CancellationToken cancellationToken)
    {
        var began = time.GetTimestamp();
        var (kept, thinned) = await ThinAsync(user, dryRun, cancellationToken);
        var repls = await ReplsAsync(user, cancellationToken);
        var marks = await MarkAsync(user, repls, dryRun, cancellationToken);
        var lists = await condemned.ReadAsync(user, cancellationToken);
        var packs = await objects.ListAllAsync($"users/{user}/packs/", cancellationToken);
        var pages = await objects.ListAllAsync($"users/{user}/pages/", cancellationToken);

        var due = lists.Where(list => list.List.At + options.Value.Reprieve <= time.GetUtcNow()).ToList();
        var listed = lists.SelectMany(list => list.List.Packs.Concat(list.List.Pages)).ToHashSet();
        var dueNames = due.SelectMany(list => list.List.Packs.Concat(list.List.Pages)).ToHashSet();
        bool IsLive(ListedObject item) => item.Key.Contains("/packs/", StringComparison.Ordinal) ? marks.HasPack(Name(item)) : marks.HasPage(Name(item));
        var all = packs.Concat(pages).ToList();
        var deleted = all.Where(item => dueNames.Contains(Name(item)) && !IsLive(item)).ToList();
        var pardoned = all.Count(item => dueNames.Contains(Name(item)) && IsLive(item));
        var limit = time.GetUtcNow() - options.Value.Grace;
        bool IsCondemned(ListedObject item) => !IsLive(item) && !listed.Contains(Name(item)) && item.At < limit;
        List<string> newPacks = [.. packs.Where(IsCondemned).Select(Name)], newPages = [.. pages.Where(IsCondemned).Select(Name)];
        if (!dryRun)
        {
            await objects.DeleteAsync([.. deleted.Select(item => item.Key)], cancellationToken);
            // A list goes last: until then nobody may name what it names.
            await condemned.RemoveAsync(user, [.. due.Select(list => list.Key)], cancellationToken);
            if (newPacks.Count + newPages.Count > 0)
                await condemned.AddAsync(user, newPacks, newPages, cancellationToken);
        }
        var report = new CollectionReport(
            user, dryRun, repls.Count, kept, thinned, marks.Count, newPacks.Count + newPages.Count, pardoned, deleted.Count, deleted.Sum(item => item.Length));
        if (!dryRun)
        {
            metrics.Collected(report, time.GetElapsedTime(began));
            LogCollected(user, report.Roots, report.Thinned, report.Condemned, report.Deleted, report.DeletedBytes, report.Pardoned);
        }
        return report;
    }

    private static string Name(ListedObject item) => item.Key[(item.Key.LastIndexOf('/') + 1)..];

    private async Task<List<ReplId>> ReplsAsync(UserId user, CancellationToken cancellationToken)
    {
        var repls = new List<ReplId>();
        await foreach (var folder in store.FoldersAsync($"users/{user}/repls/", cancellationToken))
        {
            if (ReplId.TryParse(folder, out var id))
                repls.Add(id);
        }
        return repls;
    }

    private async Task<Marks> MarkAsync(UserId user, List<ReplId> repls, bool dryRun, CancellationToken cancellationToken)
    {
        var marks = new Marks();
        foreach (var id in repls)
        {
            foreach (var prefix in new[] { SnapshotKeys.Roots(user, id), SnapshotKeys.Rescues(user, id) })
            {
                var points = await objects.ListAllAsync(prefix, cancellationToken);
                // What a dry run would have thinned marks nothing.
                var gone = dryRun ? Thinning.Remove(points, point => point.At, time.GetUtcNow()).ToHashSet() : [];
                var options = new ParallelOptions { MaxDegreeOfParallelism = ReadsAtOnce, CancellationToken = cancellationToken };
                await Parallel.ForEachAsync(points.Where(point => !gone.Contains(point)), options, async (point, token) =>
                {
                    // Only a collection on another replica, or the end of a REPL, takes a root away meanwhile; neither leaves it needed.
                    if (await objects.GetAsync(point.Key, SnapshotFormat.MaxRootBytes, token) is not { } stored)
                        return;
                    var root = RootObject.Decode(stored.Bytes);
                    lock (marks)
                        marks.Add(root);
                });
            }
        }
        return marks;
    }
}
