using System.Collections.Concurrent;
using Devex.Contracts;
using Devex.Contracts.Snapshots;
using Devex.Snapshots;
using Devex.Snapshots.Entries;
using Devex.Snapshots.Packs;
using Devex.Snapshots.Pages;
using Devex.Snapshots.Roots;

namespace Devex.Core.Snapshots;

/// <summary>
/// Commits what a session uploaded. Pages and packs are made by the session's owner and so are not believed: new pages are read and checked, old
/// ones were; packs must be there; sums are Core's own.
/// </summary>
internal sealed class Commits(RootChain chain, SnapshotObjects objects, ISnapshotEvents events, ICondemned condemned, SnapshotMetrics metrics, TimeProvider time)
{
    /// <summary>The root, or why there is none.</summary>
    public async Task<(StoredRoot? Root, IResult? Problem)> CommitAsync(
        SessionCaller caller, CommitRequest request, SnapshotLimits limits, CancellationToken cancellationToken)
    {
        var began = time.GetTimestamp();
        var recent = chain.Recent(caller.Owner, caller.Repl, request.Parent) is { } root && root.Root.Incarnation == caller.Identity ? root : null;
        if ((recent ?? await chain.NewestAsync(caller.Owner, caller.Repl, cancellationToken)) is not { } newest)
            return (null, SessionProblem.None());
        var taken = newest.Root.Number > request.Parent
            ? newest.Root.Number == request.Parent + 1
                ? newest
                : await chain.ReadAsync(caller.Owner, caller.Repl, request.Parent + 1, cancellationToken) ?? newest
            : null;
        if (taken is not null)
            return IsOf(taken.Root, caller, request) ? (await TellAsync(caller, taken, cancellationToken), null) : (null, SessionProblem.Superseded(taken.Root));
        if (newest.Root.Number < request.Parent)
            return (null, SessionProblem.Invalid("The parent is newer than the newest root."));
        if (newest.Root.Incarnation != caller.Identity)
            return (null, SessionProblem.Superseded(newest.Root));

        var (next, problem) = await MakeAsync(caller, newest, request, limits, cancellationToken);
        if (next is null)
            return (null, problem);
        var appended = await chain.AppendAsync(caller.Owner, next, cancellationToken);
        if (appended.Ours)
            metrics.Committed(time.GetElapsedTime(began), next.Packs.ExceptBy(newest.Root.Packs.Select(pack => pack.Hash), pack => pack.Hash).Sum(pack => pack.Bytes));
        return appended.Ours ? (await TellAsync(caller, appended.Root, cancellationToken), null) : (null, SessionProblem.Superseded(appended.Root.Root));
    }

    /// <summary>
    /// Keeps the last state of a writer that was superseded beside the chain. One for each incarnation: asked again, the first answer holds, whatever the second says.
    /// </summary>
    public async Task<(StoredRoot? Rescue, IResult? Problem)> RescueAsync(
        SessionCaller caller, CommitRequest request, SnapshotLimits limits, CancellationToken cancellationToken)
    {
        if (await chain.ReadAsync(caller.Owner, caller.Repl, request.Parent, cancellationToken) is not { } parent || parent.Root.Incarnation != caller.Identity)
            return (null, SessionProblem.Invalid("The parent is no root of this incarnation."));
        var key = SnapshotKeys.Rescue(caller.Owner, caller.Repl, request.Parent + 1, caller.Identity);
        if (await objects.GetAsync(key, SnapshotFormat.MaxRootBytes, cancellationToken) is { } there)
            return (StoredRoot.Of(there), null);
        var (root, problem) = await MakeAsync(caller, parent, request, limits, cancellationToken);
        if (root is null)
            return (null, problem);
        var bytes = RootObject.Encode(root);
        if (await objects.PutNewAsync(key, bytes, "application/json", cancellationToken))
            return (new StoredRoot(root, bytes, time.GetUtcNow()), null);
        return (StoredRoot.Of((await objects.GetAsync(key, SnapshotFormat.MaxRootBytes, cancellationToken))!), null);
    }

    private async Task<(SnapshotRoot?, IResult?)> MakeAsync(
        SessionCaller caller, StoredRoot parent, CommitRequest request, SnapshotLimits limits, CancellationToken cancellationToken)
    {
        var (content, problem) = await ReadContentAsync(caller.Owner, parent.Root, request, limits, cancellationToken);
        if (content is null)
            return (null, problem);
        var named = content.Pages.Where(page => page.Scope == SnapshotScope.User).Select(page => new SnapshotObject(SnapshotObjectKind.Page, page.Scope, page.Hash))
            .Concat(content.Packs.Where(pack => pack.Scope == SnapshotScope.User).Select(pack => new SnapshotObject(SnapshotObjectKind.Pack, pack.Scope, pack.Hash)));
        if (await condemned.AmongAsync(caller.Owner, [.. named], cancellationToken) is { Count: > 0 } doomed)
            return (null, SessionProblem.Condemned(doomed));
        return (parent.Next(request.Commit) with
        {
            Session = caller.Session,
            Incarnation = caller.Identity,
            Attempt = caller.Attempt,
            Restored = request.Restored,
            AsOf = request.AsOf,
            Files = content.Files,
            Bytes = content.Bytes,
            Pages = content.Pages,
            Packs = content.Packs,
            Stale = request.Stale,
        }, null);
    }

    private async Task<StoredRoot> TellAsync(SessionCaller caller, StoredRoot root, CancellationToken cancellationToken)
    {
        await events.CommittedAsync(caller.Owner, caller.Repl, root.ToSaved(), cancellationToken);
        return root;
    }

    private async Task<(SnapshotContent?, IResult?)> ReadContentAsync(
        UserId owner, SnapshotRoot parent, CommitRequest request, SnapshotLimits limits, CancellationToken cancellationToken)
    {
        try
        {
            var builder = new ContentBuilder(SnapshotContent.Of(parent));
            var fresh = await ReadNewPagesAsync(owner, parent, request, cancellationToken);
            foreach (var page in request.Pages)
            {
                if (fresh.TryGetValue(page.Hash, out var entries))
                    builder.Add(page.Scope, page.Hash, entries);
                else if (!builder.TryAdd(page.Scope, page.Hash))
                    return (null, SessionProblem.Invalid($"Page {page.Hash} is not there."));
            }
            var lengths = await MeasureAsync(owner, builder.NewPacks(), cancellationToken);
            var content = builder.Build(lengths);
            CheckExtents(fresh.Values, content.Packs);
            if (IsOver(content, SnapshotContent.Of(parent), limits))
                return (null, SessionProblem.Quota($"A snapshot holds at most {limits.MaxBytes} bytes and {limits.MaxFiles} files, folders and links here."));
            return (content, null);
        }
        catch (SnapshotFormatException e)
        {
            return (null, SessionProblem.Invalid(e.Message));
        }
    }

    /// <summary>Over a limit and more than before: who is over it already, because it was made smaller or others grew, may save what does not grow.</summary>
    private static bool IsOver(SnapshotContent content, SnapshotContent before, SnapshotLimits limits)
    {
        var (entries, entriesBefore) = (content.Pages.Sum(page => (long)page.Entries), before.Pages.Sum(page => (long)page.Entries));
        return content.Bytes > Math.Max(limits.MaxBytes, before.Bytes) || entries > Math.Max(limits.MaxFiles, entriesBefore);
    }

    private async Task<ConcurrentDictionary<string, IReadOnlyList<SnapshotEntry>>> ReadNewPagesAsync(
        UserId owner, SnapshotRoot parent, CommitRequest request, CancellationToken cancellationToken)
    {
        var known = parent.Pages.Select(page => (page.Scope, page.Hash)).ToHashSet();
        var missing = request.Pages.Where(page => page.Scope == SnapshotScope.User && !known.Contains((page.Scope, page.Hash)));
        var read = new ConcurrentDictionary<string, IReadOnlyList<SnapshotEntry>>();
        await Parallel.ForEachAsync(missing, new ParallelOptions { MaxDegreeOfParallelism = 4, CancellationToken = cancellationToken }, async (page, token) =>
        {
            var key = SnapshotKeys.Object(owner, SnapshotObjectKind.Page, SnapshotScope.User, Digest.Parse(page.Hash).ToString());
            if (await objects.GetAsync(key, Page.MaxObjectBytes, token) is not { } stored)
                return;
            if (Digest.Of(stored.Bytes).ToString() != page.Hash)
                throw new SnapshotFormatException($"Page {page.Hash} has other content than its name says.");
            read[page.Hash] = Page.Decode(stored.Bytes);
        });
        return read;
    }

    private async Task<ConcurrentDictionary<PackName, long>> MeasureAsync(UserId owner, IReadOnlyList<PackName> packs, CancellationToken cancellationToken)
    {
        var lengths = new ConcurrentDictionary<PackName, long>();
        await Parallel.ForEachAsync(packs, new ParallelOptions { MaxDegreeOfParallelism = 8, CancellationToken = cancellationToken }, async (pack, token) =>
        {
            var key = SnapshotKeys.Object(owner, SnapshotObjectKind.Pack, pack.Scope, pack.Hash.ToString());
            if (pack.Scope != SnapshotScope.User || await objects.LengthAsync(key, token) is not { } length)
                throw new SnapshotFormatException($"Pack {pack.Hash} is not there.");
            lengths[pack] = length;
        });
        return lengths;
    }

    private static void CheckExtents(IEnumerable<IReadOnlyList<SnapshotEntry>> pages, IReadOnlyList<PackReference> packs)
    {
        var lengths = packs.ToDictionary(pack => new PackName(pack.Scope, Digest.Parse(pack.Hash)), pack => pack.Bytes);
        foreach (var extent in pages.SelectMany(page => page).SelectMany(entry => entry.Chunks).SelectMany(chunk => chunk.Extents))
        {
            if (extent.Offset + extent.Stored > lengths[extent.Pack])
                throw new SnapshotFormatException($"A page names a place behind the end of pack {extent.Pack.Hash}.");
        }
    }

    private static bool IsOf(SnapshotRoot root, SessionCaller caller, CommitRequest request) =>
        root.Commit == request.Commit && root.Incarnation == caller.Identity && !root.Claim;
}
