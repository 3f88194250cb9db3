using System.Runtime.CompilerServices;
using Devex.Contracts.Snapshots;
using Devex.Snapshots.Entries;

namespace Devex.Snapshots.Reading;

/// <summary>A path that differs between two snapshots.</summary>
/// <param name="Before">Null when it was not there.</param>
/// <param name="Now">Null when it is not there any more.</param>
public sealed record TreeChange(SnapshotEntry? Before, SnapshotEntry? Now)
{
    public SnapshotPath Path => (Now ?? Before)!.Path;
}

/// <summary>
/// Compares two snapshots. Pages that both name hold the same on both sides, so only the others are read: two roots that are one edit apart cost two
/// pages, whatever the workspace's size.
/// </summary>
public static class TreeChanges
{
    /// <summary>In the order of paths, after <paramref name="after"/> where that is given. A time that differs alone is no change.</summary>
    public static async IAsyncEnumerable<TreeChange> ReadAsync(
        SnapshotRoot? before, SnapshotRoot now, ISnapshotSource source, SnapshotPath? after, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var shared = (before?.Pages ?? []).Select(Key).ToHashSet();
        shared.IntersectWith(now.Pages.Select(Key));
        await using var old = Only(before, shared, source).ReadAsync(after, cancellationToken).GetAsyncEnumerator(cancellationToken);
        await using var young = Only(now, shared, source).ReadAsync(after, cancellationToken).GetAsyncEnumerator(cancellationToken);
        var left = await NextAsync(old);
        var right = await NextAsync(young);
        while (left is not null || right is not null)
        {
            var order = left is null ? 1 : right is null ? -1 : left.Path.CompareTo(right.Path);
            if (order != 0 || !AreSame(left!, right!))
                yield return new TreeChange(order <= 0 ? left : null, order >= 0 ? right : null);
            var (moveLeft, moveRight) = (order <= 0, order >= 0);
            if (moveLeft)
                left = await NextAsync(old);
            if (moveRight)
                right = await NextAsync(young);
        }
    }

    private static bool AreSame(SnapshotEntry left, SnapshotEntry right) =>
        left.Kind == right.Kind && left.Mode == right.Mode && left.Size == right.Size && left.Hash == right.Hash && left.Target.Span.SequenceEqual(right.Target.Span);

    private static SnapshotTree Only(SnapshotRoot? root, HashSet<(SnapshotScope, string)> shared, ISnapshotSource source) => new(
        root is null
            ? new SnapshotRoot { Repl = default, Number = 0, Commit = "", Pages = [], Packs = [] }
            : root with { Pages = [.. root.Pages.Where(page => !shared.Contains(Key(page)))] },
        source);

    private static (SnapshotScope, string) Key(PageReference page) => (page.Scope, page.Hash);

    private static async ValueTask<SnapshotEntry?> NextAsync(IAsyncEnumerator<SnapshotEntry> entries) =>
        await entries.MoveNextAsync() ? entries.Current : null;
}
