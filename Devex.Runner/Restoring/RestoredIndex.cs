using Devex.Contracts.Snapshots;
using Devex.Runner.Saving;
using Devex.Runner.Snapshots;
using Devex.Snapshots;
using Devex.Snapshots.Entries;

namespace Devex.Runner.Restoring;

/// <summary>What restored files look like, so that the saver need not read all of them again at each start.</summary>
internal static class RestoredIndex
{
    /// <summary>
    /// Nobody but restore has written to these files, and nobody does before its marker is there: that they were written a moment ago is no reason to doubt them. Whoever writes
    /// later does so in a later tick of the file system's clock, for everything was made durable in between.
    /// </summary>
    private const long Ahead = 3_000_000_000;

    public static SavedIndex Of(Parts parts, SnapshotRoot root, IReadOnlyList<IReadOnlyList<SnapshotEntry>> pages)
    {
        var readAt = Scanner.Clock() + Ahead;
        using var folders = new LastFolder(parts);
        return new SavedIndex([.. pages.Zip(root.Pages, (entries, page) =>
            new IndexPage([.. entries.Select(entry => Look(folders, entry, readAt))], page.Scope, Digest.Parse(page.Hash)))]);
    }

    private static KnownItem Look(LastFolder folders, SnapshotEntry entry, long readAt)
    {
        if (entry.Path.Depth == 1)
            return new KnownItem(entry, null, 0);
        return folders.Of(entry.Path) is { } folder && Libc.TryStat(folder, entry.Path.Name, out var status) && status.Modified == entry.Modified
            ? new KnownItem(entry, status, readAt)
            : new KnownItem(entry, null, 0);
    }
}
