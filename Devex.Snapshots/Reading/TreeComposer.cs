using System.Runtime.CompilerServices;
using Devex.Contracts.Snapshots;
using Devex.Snapshots.Entries;
using Devex.Snapshots.Pages;

namespace Devex.Snapshots.Reading;

/// <summary>A page of a composed tree: one that is there already, or entries that make a new one.</summary>
public sealed record ComposedPage(PageReference? Known, IReadOnlyList<SnapshotEntry> Entries);

/// <summary>A run of entries that a composed tree takes over.</summary>
public sealed class TreePart
{
    private readonly Func<SnapshotPath, bool> _hasBegun;
    private readonly Func<SnapshotPath, bool> _hasEnded;

    private TreePart(SnapshotTree? tree, IReadOnlyList<SnapshotEntry> entries, Func<SnapshotPath, bool> hasBegun, Func<SnapshotPath, bool> hasEnded) =>
        (Tree, Entries, _hasBegun, _hasEnded) = (tree, entries, hasBegun, hasEnded);

    /// <summary>Null where <see cref="Entries"/> are given themselves.</summary>
    internal SnapshotTree? Tree { get; }

    internal IReadOnlyList<SnapshotEntry> Entries { get; }

    /// <summary>Everything before <paramref name="path"/>.</summary>
    public static TreePart Before(SnapshotTree tree, SnapshotPath path) => new(tree, [], _ => true, at => at >= path);

    /// <summary><paramref name="path"/> and all that is below it.</summary>
    public static TreePart At(SnapshotTree tree, SnapshotPath path) => new(tree, [], at => at >= path, at => IsBehind(at, path));

    /// <summary>Everything behind <paramref name="path"/> and all that is below it.</summary>
    public static TreePart Behind(SnapshotTree tree, SnapshotPath path) => new(tree, [], at => IsBehind(at, path), _ => false);

    public static TreePart Of(IReadOnlyList<SnapshotEntry> entries) => new(null, entries, _ => true, _ => false);

    internal bool HasBegun(SnapshotPath path) => _hasBegun(path);

    internal bool HasEnded(SnapshotPath path) => _hasEnded(path);

    private static bool IsBehind(SnapshotPath at, SnapshotPath path) => at > path && !at.IsBelow(path);
}

/// <summary>
/// Puts parts of trees together, in order, into the pages of a new one. A page that is taken over whole keeps its name, so that a new page is written only
/// around the borders of parts.
/// </summary>
public static class TreeComposer
{
    public static async IAsyncEnumerable<ComposedPage> ComposeAsync(IReadOnlyList<TreePart> parts, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var cutter = new PageCutter();
        var open = new List<SnapshotEntry>();
        for (var i = 0; i < parts.Count; i++)
        {
            foreach (var entry in parts[i].Entries)
            {
                if (Add(entry) is { } full)
                    yield return full;
            }
            if (parts[i].Tree is not { } tree)
                continue;
            var pages = tree.Root.Pages.Count;
            for (var page = tree.FirstPage(bounds => parts[i].HasBegun(bounds.Last)); page < pages && !parts[i].HasEnded(tree.Bounds(page).First); page++)
            {
                var isWhole = parts[i].HasBegun(tree.Bounds(page).First) && !parts[i].HasEnded(tree.Bounds(page).Last);
                // The last page of a tree ends where the tree does, which is no border that its content makes.
                if (isWhole && open.Count == 0 && (page < pages - 1 || i == parts.Count - 1))
                {
                    yield return new ComposedPage(tree.Root.Pages[page], []);
                    continue;
                }
                foreach (var entry in await tree.ReadAsync(page, cancellationToken))
                {
                    if (parts[i].HasBegun(entry.Path) && !parts[i].HasEnded(entry.Path) && Add(entry) is { } full)
                        yield return full;
                }
            }
        }
        if (open.Count > 0)
            yield return new ComposedPage(null, open);

        ComposedPage? Add(SnapshotEntry entry)
        {
            open.Add(entry);
            if (!cutter.EndsAfter(entry))
                return null;
            var full = new ComposedPage(null, open);
            open = [];
            return full;
        }
    }
}
