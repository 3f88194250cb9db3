using Devex.Runner.Snapshots;
using Devex.Snapshots.Entries;

namespace Devex.Runner.Saving;

/// <summary>What a save does with what changed while it looked.</summary>
internal static class Settling
{
    /// <summary>Folders that look otherwise than right before they were read.</summary>
    /// <param name="parts">Where.</param>
    /// <param name="scan">What was looked at.</param>
    /// <param name="watched">Whether events tell of every folder, so that only those in doubt are looked at.</param>
    public static HashSet<SnapshotPath> Changed(Parts parts, Scan scan, bool watched)
    {
        var changed = new HashSet<SnapshotPath>();
        foreach (var (path, before) in scan.Folders)
        {
            if (before == default || (!watched && !IsSame(parts, path, before)))
                changed.Add(path);
        }
        return changed;
    }

    /// <summary>What went from a folder that changes all the time keeps its entry: it may have been moved to where the scan had already been.</summary>
    public static void KeepMissing(Scan scan, StaleFiles stale, IEnumerable<SnapshotPath> folders)
    {
        foreach (var folder in folders)
        {
            foreach (var path in scan.KeepMissing(folder).ToList())
            {
                stale.Add(folder, path.ToString(), "changing");
                KeepMissing(scan, stale, [path]);
            }
        }
    }

    /// <summary>The changes in order, each in a folder that is there, and no more entries than there may be.</summary>
    public static List<Edit> ToEdits(SavedIndex index, Scan scan, StaleFiles stale, long maxEntries)
    {
        var found = scan.ToEdits();
        var kinds = found.ToDictionary(edit => edit.Path, edit => edit.Item?.Entry.Kind);
        var count = index.Count - found.Count(edit => edit.Item is null && index.Find(edit.Path) is not null);
        var edits = new List<Edit>(found.Count);
        foreach (var edit in found)
        {
            var known = index.Find(edit.Path);
            if (edit.Item is null)
            {
                if (known is not null)
                    edits.Add(edit);
            }
            else if (edit.Path.Depth > 1 && !IsFolder(index, kinds, SnapshotPath.Parse(edit.Path.Folder)))
            {
                // Its folder went between two looks, or found no room.
                kinds[edit.Path] = null;
                if (known is not null)
                    edits.Add(new Edit(edit.Path, null));
            }
            else if (known is null && ++count > maxEntries)
            {
                kinds[edit.Path] = null;
                count--;
                stale.Add(SnapshotPath.Parse(edit.Path.Folder), edit.Path.ToString(), "quota");
            }
            else
            {
                edits.Add(edit);
            }
        }
        return edits;
    }

    private static bool IsFolder(SavedIndex index, Dictionary<SnapshotPath, EntryKind?> kinds, SnapshotPath path) =>
        (kinds.TryGetValue(path, out var kind) ? kind : index.Find(path)?.Entry.Kind) is EntryKind.Folder;

    private static bool IsSame(Parts parts, SnapshotPath path, FileStatus before)
    {
        using var folder = parts.OpenFolder(path.Bytes);
        return folder is not null && Libc.TryStat(folder, [], out var now) && now == before;
    }
}
