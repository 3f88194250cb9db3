using Devex.Runner.Snapshots;
using Devex.Snapshots.Entries;

namespace Devex.Runner.Saving;

/// <summary>
/// What one save has found so far, over its looks at folders: only what differs from the index. A folder that is looked at again replaces what was found in it.
/// </summary>
internal sealed class Scan
{
    private readonly Dictionary<SnapshotPath, Dictionary<SnapshotPath, KnownItem?>> _changes = [];
    private readonly Dictionary<SnapshotPath, FileStatus> _folders = [];

    /// <summary>Files that are to be read, of the last look.</summary>
    public List<FoundItem> Files { get; } = [];

    /// <summary>Folders that were looked at, with what they looked like right before.</summary>
    public IReadOnlyDictionary<SnapshotPath, FileStatus> Folders => _folders;

    /// <summary>Items found that the index does not have: a bound on memory.</summary>
    public long New { get; private set; }

    public bool IsEmpty => Files.Count == 0 && _changes.Count == 0;

    /// <summary>Whether something in a folder was found to differ before.</summary>
    public bool HasChanges(SnapshotPath folder) => _changes.ContainsKey(folder);

    public void Enter(SnapshotPath folder, FileStatus status)
    {
        _folders[folder] = status;
        if (_changes.Remove(folder, out var former))
            New -= former.Count(change => change.Value is not null);
    }

    /// <summary>A folder is to be looked at again.</summary>
    public void Doubt(SnapshotPath folder) => _folders[folder] = default;

    public void Leave(SnapshotPath folder) => _folders.Remove(folder);

    public void Change(SnapshotPath folder, SnapshotPath path, KnownItem? item)
    {
        if (!_changes.TryGetValue(folder, out var changes))
            _changes[folder] = changes = [];
        if (item is not null)
            New++;
        changes[path] = item;
    }

    /// <summary>Takes back that something in a folder is gone.</summary>
    public IEnumerable<SnapshotPath> KeepMissing(SnapshotPath folder)
    {
        if (!_changes.TryGetValue(folder, out var changes))
            return [];
        var kept = changes.Where(change => change.Value is null).Select(change => change.Key).ToList();
        kept.ForEach(path => changes.Remove(path));
        return kept;
    }

    /// <summary>All changes in order.</summary>
    public List<Edit> ToEdits()
    {
        var edits = _changes.Values.SelectMany(changes => changes).Select(change => new Edit(change.Key, change.Value)).ToList();
        edits.Sort((left, right) => left.Path.CompareTo(right.Path));
        return edits;
    }
}
