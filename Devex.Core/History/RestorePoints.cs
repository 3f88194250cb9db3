using System.Globalization;
using Devex.Contracts;
using Devex.Contracts.Api;
using Devex.Core.Errors;
using Devex.Core.Snapshots;
using Devex.Snapshots;
using Devex.Snapshots.Reading;

namespace Devex.Core.History;

/// <summary>A restore point that was opened.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Number">Number of its root; of a rescue, the number that it would have had.</param>
/// <param name="Stored">The root.</param>
/// <param name="Tree">Its entries.</param>
/// <param name="Source">Where its contents are.</param>
internal sealed record OpenedPoint(string Id, long Number, StoredRoot Stored, SnapshotTree Tree, ISnapshotSource Source);

/// <summary>The restore points of REPLs: roots of the chain, and beside it what was rescued.</summary>
internal sealed class RestorePoints(RootChain chain, SnapshotObjects objects, PageCache cache)
{
    public const string HeadId = "head";

    private const int ReadsAtOnce = 8;

    public SnapshotSource Source(UserId owner) => new(owner, objects, cache);

    /// <summary>Newest first, those before <paramref name="before"/> where that is given.</summary>
    public async Task<RestorePointList> ListAsync(UserId owner, ReplId id, long? before, int limit, CancellationToken cancellationToken)
    {
        var newest = await objects.FirstKeyAsync(SnapshotKeys.Roots(owner, id), cancellationToken);
        var keys = await objects.ListAsync(
            SnapshotKeys.Roots(owner, id), before is { } number ? SnapshotKeys.Root(owner, id, number) : null, limit + 1, cancellationToken);
        var hasMore = keys.Count > limit;
        var numbers = keys.Take(limit).Select(key => SnapshotKeys.RootNumber(key.Key)).ToList();
        var rescues = await RescuesAsync(owner, id, before ?? long.MaxValue, hasMore ? numbers[^1] : 0, cancellationToken);
        var points = new RestorePoint?[numbers.Count + rescues.Count];
        await Parallel.ForEachAsync(
            Enumerable.Range(0, points.Length), new ParallelOptions { MaxDegreeOfParallelism = ReadsAtOnce, CancellationToken = cancellationToken },
            async (i, token) =>
            {
                var name = i < numbers.Count ? Id(numbers[i]) : rescues[i - numbers.Count];
                var key = Key(owner, id, name)!;
                points[i] = await ReadAsync(key, token) is { } stored ? View(name, stored, key == newest) : null;
            });
        // What was thinned meanwhile is left out.
        var ordered = points.OfType<RestorePoint>().OrderByDescending(point => NumberOf(point.Id)).ThenBy(point => point.Kind == RestorePointKind.Rescue);
        return new RestorePointList([.. ordered], hasMore ? Id(numbers[^1]) : null);
    }

    /// <summary>Opens a point by its id, or the newest by <c>head</c>.</summary>
    /// <exception cref="ApiProblem">404 when there is none.</exception>
    public async Task<OpenedPoint> OpenAsync(UserId owner, ReplId id, string point, CancellationToken cancellationToken)
    {
        if (point == HeadId)
            return await HeadAsync(owner, id, cancellationToken) ?? throw NoPoint();
        return Key(owner, id, point) is { } key && await ReadAsync(key, cancellationToken) is { } stored ? Open(owner, point, stored) : throw NoPoint();
    }

    public async Task<OpenedPoint?> HeadAsync(UserId owner, ReplId id, CancellationToken cancellationToken) =>
        await chain.NewestAsync(owner, id, cancellationToken) is { } newest ? Open(owner, Id(newest.Root.Number), newest) : null;

    /// <summary>The newest root of the chain that is older than a point; null when there is none.</summary>
    public async Task<OpenedPoint?> BeforeAsync(UserId owner, ReplId id, OpenedPoint point, CancellationToken cancellationToken)
    {
        var keys = await objects.ListAsync(SnapshotKeys.Roots(owner, id), SnapshotKeys.Root(owner, id, point.Number), 1, cancellationToken);
        return keys is [var (key, _, _)] && await ReadAsync(key, cancellationToken) is { } stored ? Open(owner, Id(stored.Root.Number), stored) : null;
    }

    public async Task<RestorePoint> ViewAsync(UserId owner, ReplId id, OpenedPoint point, CancellationToken cancellationToken) => View(
        point.Id, point.Stored, Key(owner, id, point.Id) == await objects.FirstKeyAsync(SnapshotKeys.Roots(owner, id), cancellationToken));

    public static RestorePoint View(string id, StoredRoot stored, bool isHead)
    {
        var root = stored.Root;
        var kind = id[0] == 'r' ? RestorePointKind.Rescue
            : root.Claim ? RestorePointKind.Claim
            : root.Incarnation is not null ? RestorePointKind.Save
            : root.Commit.StartsWith(HistoryRestore.CommitPrefix, StringComparison.Ordinal) ? RestorePointKind.Restore
            : RestorePointKind.Create;
        return new RestorePoint(id, stored.At, kind, isHead, root.Incarnation, root.Files, root.Bytes, stored.Hash, root.Stale);
    }

    /// <summary>The number in an id, which lists are ordered by; null when it is no id.</summary>
    public static long? NumberOf(string point)
    {
        var digits = point.StartsWith('r') ? point.AsSpan(1) : point;
        var end = digits.IndexOf('-');
        if (end >= 0 != point.StartsWith('r'))
            return null;
        return long.TryParse(end < 0 ? digits : digits[..end], NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number is >= 1 and < 9_999_999_999
            ? number
            : null;
    }

    private static ApiProblem NoPoint() => new(
        StatusCodes.Status404NotFound, "history.notFound", "There is no such restore point. Older ones are thinned out: all of the last hour are kept, then hourly and daily ones.");

    private static string Id(long number) => number.ToString(CultureInfo.InvariantCulture);

    private static string? Key(UserId owner, ReplId id, string point)
    {
        if (NumberOf(point) is not { } number)
            return null;
        if (!point.StartsWith('r'))
            return SnapshotKeys.Root(owner, id, number);
        var incarnation = point[(point.IndexOf('-', StringComparison.Ordinal) + 1)..];
        return incarnation.Length is > 0 and <= 64 && incarnation.All(char.IsAsciiLetterOrDigit) ? SnapshotKeys.Rescue(owner, id, number, incarnation) : null;
    }

    private async Task<List<string>> RescuesAsync(UserId owner, ReplId id, long below, long from, CancellationToken cancellationToken)
    {
        var keys = await objects.ListAsync(SnapshotKeys.Rescues(owner, id), null, 1000, cancellationToken);
        return [.. keys.Select(key => RescueIds.OfKey(key.Key)).OfType<string>().Where(rescue => NumberOf(rescue) is { } number && number < below && number >= from)];
    }

    private async Task<StoredRoot?> ReadAsync(string key, CancellationToken cancellationToken)
    {
        if (cache.FindRoot(key) is { } known)
            return known;
        if (await objects.GetAsync(key, SnapshotFormat.MaxRootBytes, cancellationToken) is not { } stored)
            return null;
        var root = StoredRoot.Of(stored);
        cache.Keep(key, root);
        return root;
    }

    private OpenedPoint Open(UserId owner, string id, StoredRoot stored)
    {
        var source = Source(owner);
        return new OpenedPoint(id, stored.Root.Number, stored, new SnapshotTree(stored.Root, source), source);
    }
}
