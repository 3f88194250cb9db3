using System.Diagnostics;
using Devex.Runner.Snapshots;
using Devex.Snapshots.Entries;

namespace Devex.Runner.Saving;

/// <summary>Reads what a scan found, over the rounds of one save.</summary>
/// <param name="index">The last commit.</param>
/// <param name="scan">What was found.</param>
/// <param name="packer">Reads and packs.</param>
/// <param name="rehash">Puts off large files.</param>
/// <param name="room">What may be held, and what did not fit.</param>
/// <param name="stale">What is not kept.</param>
/// <param name="always">Nothing is put off.</param>
internal sealed class FileReading(SavedIndex index, Scan scan, FilePacker packer, RehashLimit rehash, Room room, StaleFiles stale, bool always)
{
    /// <summary>A larger file that changes while it is read is left to the next save, which is soon enough.</summary>
    private const long AgainBytes = 4 * 1024 * 1024;

    private readonly Dictionary<SnapshotPath, KnownItem> _read = [];
    private readonly Dictionary<SnapshotPath, FoundItem> _changing = [];

    /// <summary>Folders of files that changed while they were read.</summary>
    public IEnumerable<SnapshotPath> Unsettled =>
        _changing.Values.Where(item => item.Status.Size <= AgainBytes).Select(item => SnapshotPath.Parse(item.Path.Folder));

    public async Task ReadAsync(long readAt, CancellationToken cancellationToken)
    {
        _changing.Clear();
        room.Count(index, scan);
        foreach (var item in scan.Files)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var known = index.Find(item.Path) is { Entry.Kind: EntryKind.File } file ? file : null;
            if (_read.TryGetValue(item.Path, out var read) && read.Status == item.Status)
                Take(item, read, known);
            else if (!room.TryGrow(item.Path, item.Status.Size - (known?.Entry.Size ?? 0), item.Status.Size))
                Leave(item, "quota");
            else if (!always && rehash.MustWait(item.Path, item.Status.Size))
                PutOff(item, known);
            else
                await ReadAsync(item, known, readAt, cancellationToken);
        }
    }

    /// <summary>What still changes keeps its last entry; a file that was never saved and never stands still, such as a log, is kept as it was read.</summary>
    public void GiveUp()
    {
        foreach (var item in _changing.Values)
        {
            Leave(item, "changing");
            if (_read.TryGetValue(item.Path, out var read) && index.Find(item.Path) is not { Entry.Kind: EntryKind.File })
                scan.Change(SnapshotPath.Parse(item.Path.Folder), item.Path, read with { Status = null });
        }
    }

    private async Task ReadAsync(FoundItem item, KnownItem? known, long readAt, CancellationToken cancellationToken)
    {
        var start = Stopwatch.GetTimestamp();
        try
        {
            var (entry, settled) = await packer.PackAsync(item, cancellationToken);
            if (entry is not null)
                _read[item.Path] = new KnownItem(entry, settled ? item.Status : null, readAt);
            if (settled)
                Take(item, _read[item.Path], known);
            else
                _changing[item.Path] = item;
        }
        catch (UnreadableException e) when (e.Gone)
        {
            _changing[item.Path] = item;
        }
        catch (Exception e) when (e is UnreadableException or IOException or UnauthorizedAccessException)
        {
            Leave(item, "unreadable");
        }
        rehash.Hashed(item.Path, item.Status.Size, Stopwatch.GetElapsedTime(start));
    }

    private void Take(FoundItem item, KnownItem read, KnownItem? known)
    {
        if (known is not null && KnownItem.Same(known.Entry, read.Entry))
            index.Know(read with { Entry = known.Entry });
        else
            scan.Change(SnapshotPath.Parse(item.Path.Folder), item.Path, read);
    }

    private void PutOff(FoundItem item, KnownItem? known)
    {
        // What looks as it did when it was read is looked into again only because that was too soon after it was written.
        if (known?.Status != item.Status)
            Leave(item, "deferred");
    }

    private void Leave(FoundItem item, string reason) => stale.Add(SnapshotPath.Parse(item.Path.Folder), item.Path.ToString(), reason);
}
