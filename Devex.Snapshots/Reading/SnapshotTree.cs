using System.Runtime.CompilerServices;
using Devex.Contracts.Snapshots;
using Devex.Snapshots.Entries;

namespace Devex.Snapshots.Reading;

/// <summary>The entries of one root, of which only the pages that are asked about are read.</summary>
public sealed class SnapshotTree
{
    private readonly ISnapshotSource _source;
    private readonly (SnapshotPath First, SnapshotPath Last)[] _bounds;

    public SnapshotTree(SnapshotRoot root, ISnapshotSource source)
    {
        (Root, _source) = (root, source);
        _bounds = [.. root.Pages.Select(page => (Parse(page.First), Parse(page.Last)))];
    }

    public SnapshotRoot Root { get; }

    /// <summary>The entry at a path; null when there is none.</summary>
    public async ValueTask<SnapshotEntry?> FindAsync(SnapshotPath path, CancellationToken cancellationToken)
    {
        var page = FirstPage(bounds => bounds.Last >= path);
        if (page == _bounds.Length || _bounds[page].First > path)
            return null;
        var entries = await ReadAsync(page, cancellationToken);
        var at = Search(entries, entry => entry.Path >= path);
        return at < entries.Count && entries[at].Path == path ? entries[at] : null;
    }

    /// <summary>All entries that come after <paramref name="after"/>, or all.</summary>
    public async IAsyncEnumerable<SnapshotEntry> ReadAsync(SnapshotPath? after, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        for (var page = after is { } start ? FirstPage(bounds => bounds.Last > start) : 0; page < _bounds.Length; page++)
        {
            var entries = await ReadAsync(page, cancellationToken);
            for (var i = after is { } from ? Search(entries, entry => entry.Path > from) : 0; i < entries.Count; i++)
                yield return entries[i];
        }
    }

    /// <summary>An entry and all that is below it, after <paramref name="after"/> where that is given.</summary>
    public async IAsyncEnumerable<SnapshotEntry> ReadBelowAsync(
        SnapshotPath path, SnapshotPath? after, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        if (after is null && await FindAsync(path, cancellationToken) is { } self)
            yield return self;
        await foreach (var entry in ReadAsync(after is { } later && later > path ? later : path, cancellationToken))
        {
            if (!entry.Path.IsBelow(path))
                yield break;
            yield return entry;
        }
    }

    /// <summary>What is below <paramref name="path"/> behind <paramref name="behind"/> and all that is below that.</summary>
    public async IAsyncEnumerable<SnapshotEntry> ReadBehindAsync(
        SnapshotPath path, SnapshotPath behind, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        bool IsBehind(SnapshotPath at) => at > behind && !at.IsBelow(behind);
        for (var page = FirstPage(bounds => IsBehind(bounds.Last)); page < _bounds.Length; page++)
        {
            var entries = await ReadAsync(page, cancellationToken);
            for (var i = Search(entries, entry => IsBehind(entry.Path)); i < entries.Count; i++)
            {
                if (!entries[i].Path.IsBelow(path))
                    yield break;
                yield return entries[i];
            }
        }
    }

    /// <summary>What a folder holds, without what its folders hold, after the child <paramref name="after"/> where that is given.</summary>
    public async IAsyncEnumerable<SnapshotEntry> ReadFolderAsync(
        SnapshotPath folder, SnapshotPath? after, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        for (var last = after; await NextChildAsync(folder, last, cancellationToken) is { } child; last = child.Path)
            yield return child;
    }

    internal ValueTask<IReadOnlyList<SnapshotEntry>> ReadAsync(int page, CancellationToken cancellationToken) =>
        _source.ReadPageAsync(Root.Pages[page], cancellationToken);

    internal (SnapshotPath First, SnapshotPath Last) Bounds(int page) => _bounds[page];

    /// <summary>The first page of which <paramref name="isAtOrAfter"/> holds, which it does of all that follow.</summary>
    internal int FirstPage(Func<(SnapshotPath First, SnapshotPath Last), bool> isAtOrAfter) => Search(_bounds, isAtOrAfter);

    /// <summary>Seeks over what is below the last child, however much that is.</summary>
    private async ValueTask<SnapshotEntry?> NextChildAsync(SnapshotPath folder, SnapshotPath? last, CancellationToken cancellationToken)
    {
        bool IsNext(SnapshotPath path) => last is { } before ? path > before && !path.IsBelow(before) : path > folder;
        var page = FirstPage(bounds => IsNext(bounds.Last));
        if (page == _bounds.Length)
            return null;
        var entries = await ReadAsync(page, cancellationToken);
        var at = Search(entries, entry => IsNext(entry.Path));
        return at < entries.Count && entries[at].Path.IsBelow(folder) ? entries[at] : null;
    }

    private static int Search<T>(IReadOnlyList<T> items, Func<T, bool> isAtOrAfter)
    {
        var (low, high) = (0, items.Count);
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (isAtOrAfter(items[middle]))
                high = middle;
            else
                low = middle + 1;
        }
        return low;
    }

    private static SnapshotPath Parse(string path) =>
        SnapshotPath.TryParse(path, out var parsed) ? parsed.Value : throw new SnapshotFormatException("A page's first or last path is damaged.");
}
