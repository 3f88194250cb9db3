using Devex.Contracts.Protocol;
using Devex.Contracts.Snapshots;
using Devex.Snapshots.Entries;

namespace Devex.Runner.Saving;

/// <summary>Counts what a snapshot would hold against what it may. Only growth is refused: who is over a limit may still save what becomes smaller.</summary>
internal sealed class Room(SnapshotLimits limits)
{
    private readonly Dictionary<SnapshotPath, long> _refused = [];
    private long _bytes;

    public SnapshotLimits Limits { get; set; } = limits;

    /// <summary>A scan of everything begins: what does not fit is found anew.</summary>
    public void Begin() => _refused.Clear();

    /// <summary>Counts what is known before files are read.</summary>
    public void Count(SavedIndex index, Scan scan) =>
        _bytes = index.Bytes + scan.ToEdits().Sum(edit => (edit.Item?.Entry.Size ?? 0) - (index.Find(edit.Path)?.Entry.Size ?? 0));

    public bool TryGrow(SnapshotPath path, long growth, long size)
    {
        if (growth > 0 && _bytes + growth > Limits.MaxBytes)
        {
            _refused[path] = size;
            return false;
        }
        _refused.Remove(path);
        _bytes += growth;
        return true;
    }

    public SpaceUsage Usage(SavedIndex index) =>
        new(index.Bytes + _refused.Values.Sum(), Limits.MaxBytes, index.Count + _refused.Count, Limits.MaxFiles, Limits.Whole);
}
