using Devex.Snapshots.Entries;

namespace Devex.Snapshots.Pages;

/// <summary>Checks across pages that entries are in order and that each is in a folder that came before it.</summary>
public sealed class TreeChecker
{
    private readonly Stack<SnapshotPath> _folders = new();
    private SnapshotPath? _last;

    public void Check(SnapshotEntry entry)
    {
        if (_last is { } last && last >= entry.Path)
            throw new SnapshotFormatException("Pages are not in order, or an entry comes twice.");
        _last = entry.Path;
        while (_folders.TryPeek(out var folder) && !entry.Path.Folder.SequenceEqual(folder.Bytes))
            _folders.Pop();
        if (_folders.Count == 0 && entry.Path.Depth > 1)
            throw new SnapshotFormatException("An entry is in no folder of the snapshot.");
        if (entry.Kind == EntryKind.Folder)
            _folders.Push(entry.Path);
    }
}
