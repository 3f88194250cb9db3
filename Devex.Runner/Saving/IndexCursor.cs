using Devex.Snapshots.Entries;

namespace Devex.Runner.Saving;

/// <summary>A place in an index that only moves on.</summary>
internal sealed class IndexCursor(SavedIndex index)
{
    private int _page;
    private int _item;

    /// <summary>Null at the end.</summary>
    public KnownItem? Current => _page < index.Pages.Count ? index.Pages[_page][_item] : null;

    public void Next()
    {
        if (_page < index.Pages.Count && ++_item == index.Pages[_page].Count)
            (_page, _item) = (_page + 1, 0);
    }

    /// <summary>Notes what the current entry looks like now.</summary>
    public void Know(KnownItem known) => index.Pages[_page].Know(_item, known);

    public void Seek(SnapshotPath path) => (_page, _item) = index.Locate(path);

    /// <summary>Goes on behind everything below a folder.</summary>
    public void SkipBelow(SnapshotPath folder)
    {
        if (Current is { } item && IsBelow(item.Entry.Path, folder.Bytes))
            (_page, _item) = index.Locate(path => path.CompareTo(folder) <= 0 || IsBelow(path, folder.Bytes), 0);
    }

    public static bool IsBelow(SnapshotPath path, ReadOnlySpan<byte> folder) =>
        path.Bytes.Length > folder.Length && path.Bytes[folder.Length] == '/' && path.Bytes.StartsWith(folder);
}
