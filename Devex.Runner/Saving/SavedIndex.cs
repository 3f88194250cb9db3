using Devex.Contracts.Snapshots;
using Devex.Snapshots.Entries;
using Devex.Snapshots.Pages;

namespace Devex.Runner.Saving;

/// <summary>A path that is to have another entry, or none.</summary>
internal readonly record struct Edit(SnapshotPath Path, KnownItem? Item);

/// <summary>
/// The entries of the last commit, in the pages that S3 has. A save makes the next one from it: pages that no edit touches are the same objects, so that one edit among
/// 100,000 files costs one page.
/// </summary>
internal sealed class SavedIndex
{
    private readonly List<IndexPage> _pages;

    public SavedIndex(IEnumerable<IndexPage> pages)
    {
        _pages = [.. pages];
        Bytes = _pages.Sum(page => page.Bytes);
        Count = _pages.Sum(page => (long)page.Count);
        Files = _pages.Sum(page => (long)page.Files);
    }

    public IReadOnlyList<IndexPage> Pages => _pages;

    /// <summary>Bytes of files.</summary>
    public long Bytes { get; }

    /// <summary>Entries.</summary>
    public long Count { get; }

    public long Files { get; }

    public IEnumerable<KnownItem> Items => _pages.SelectMany(page => page.Items);

    public KnownItem? Find(SnapshotPath path)
    {
        var (page, item) = Locate(path);
        return page < _pages.Count && item < _pages[page].Count && _pages[page][item].Entry.Path == path ? _pages[page][item] : null;
    }

    /// <summary>Notes what a file looks like whose entry stays as it is.</summary>
    public void Know(KnownItem known)
    {
        var (page, item) = Locate(known.Entry.Path);
        _pages[page].Know(item, known);
    }

    /// <summary>Page and place in it of the first entry that is not below <paramref name="path"/>.</summary>
    public (int Page, int Item) Locate(SnapshotPath path) => Locate(entry => entry.CompareTo(path) < 0, 0);

    /// <summary>The first entry, from a page on, for which <paramref name="before"/> does not hold; it holds for all before that.</summary>
    public (int Page, int Item) Locate(Func<SnapshotPath, bool> before, int from)
    {
        var (low, high) = (from, _pages.Count);
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (before(_pages[middle].First))
                low = middle + 1;
            else
                high = middle;
        }
        if (low == from)
            return (from, 0);
        var page = _pages[low - 1];
        var (first, last) = (1, page.Count);
        while (first < last)
        {
            var middle = (first + last) / 2;
            if (before(page[middle].Entry.Path))
                first = middle + 1;
            else
                last = middle;
        }
        return first == page.Count ? (low, 0) : (low - 1, first);
    }

    /// <summary>The index after <paramref name="edits"/>, which are in order; new pages have no hash yet.</summary>
    public SavedIndex Apply(IReadOnlyList<Edit> edits)
    {
        var pages = new List<IndexPage>(_pages.Count + 1);
        var next = 0;
        for (var page = 0; page < _pages.Count || next < edits.Count;)
        {
            if (page < _pages.Count && !Touches(edits, next, page))
            {
                pages.Add(_pages[page++]);
                continue;
            }
            // From here on pages are cut anew, until a border falls on one of those that were.
            var cutter = new PageCutter();
            var run = new List<KnownItem>();
            do
            {
                foreach (var item in Merge(page, edits, ref next))
                {
                    run.Add(item);
                    if (!cutter.EndsAfter(item.Entry))
                        continue;
                    pages.Add(Page(run));
                    run = [];
                }
                page++;
            }
            while (page < _pages.Count && (run.Count > 0 || Touches(edits, next, page)));
            if (run.Count > 0)
                pages.Add(Page(run));
        }
        return new SavedIndex(pages);
    }

    private static IndexPage Page(List<KnownItem> items) => new([.. items], SnapshotScope.User, null);

    private bool Touches(IReadOnlyList<Edit> edits, int next, int page) =>
        next < edits.Count && (page >= _pages.Count - 1 || edits[next].Path < _pages[page + 1].First);

    private List<KnownItem> Merge(int page, IReadOnlyList<Edit> edits, ref int next)
    {
        var merged = new List<KnownItem>();
        foreach (var item in page < _pages.Count ? _pages[page].Items : [])
        {
            for (; next < edits.Count && edits[next].Path < item.Entry.Path; next++)
                Add(merged, edits[next]);
            if (next < edits.Count && edits[next].Path == item.Entry.Path)
                Add(merged, edits[next++]);
            else
                merged.Add(item);
        }
        for (; Touches(edits, next, page); next++)
            Add(merged, edits[next]);
        return merged;
    }

    private static void Add(List<KnownItem> merged, Edit edit)
    {
        if (edit.Item is { } item)
            merged.Add(item);
    }
}
