using System.Diagnostics;
using Devex.Contracts.Snapshots;
using Devex.Snapshots.Entries;
using Devex.Snapshots.Packs;

namespace Devex.Runner.Saving;

/// <summary>The entries of one save, over its rounds of reading.</summary>
/// <param name="known">The last commit.</param>
/// <param name="retired">Packs whose content is packed anew.</param>
/// <param name="packer">Reads and packs.</param>
/// <param name="rehash">Puts off large files.</param>
/// <param name="always">Nothing is put off.</param>
internal sealed class SaveRound(
    IReadOnlyDictionary<SnapshotPath, KnownItem> known, HashSet<PackName> retired, FilePacker packer, RehashLimit rehash, bool always)
{
    private readonly Dictionary<SnapshotPath, KnownItem> _read = [];
    private readonly Dictionary<SnapshotPath, string> _failed = [];

    /// <summary>What is to be committed, in order.</summary>
    public List<SnapshotEntry> Entries { get; } = [];

    /// <summary>The same by path, for the next save.</summary>
    public Dictionary<SnapshotPath, KnownItem> Known { get; } = [];

    public List<StaleFile> Stale { get; } = [];

    /// <summary>Reads what is not known to be unchanged.</summary>
    public async Task ReadAsync(Walk walk, long readAt, long maxBytes, CancellationToken cancellationToken)
    {
        _failed.Clear();
        var total = 0L;
        foreach (var item in walk.Items)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (item.Kind != EntryKind.File)
                continue;
            if (total + item.Status.Size > maxBytes)
            {
                _failed[item.Path] = "quota";
                total += known.TryGetValue(item.Path, out var kept) ? kept.Entry.Size : 0;
                continue;
            }
            total += item.Status.Size;
            if (_read.TryGetValue(item.Path, out var read) && read.Status == item.Status)
                continue;
            if (known.TryGetValue(item.Path, out var last) && last.IsUnchanged(item.Status) && !IsRetired(last.Entry))
                _read[item.Path] = last;
            else if (!always && rehash.MustWait(item.Path, item.Status.Size))
                _failed[item.Path] = "deferred";
            else
                await ReadAsync(item, readAt, cancellationToken);
        }
    }

    /// <summary>Whether nothing changed between two walks and all of it was read.</summary>
    public bool IsSettled(Walk first, Walk second)
    {
        if (first.Items.Count != second.Items.Count || _failed.ContainsValue("changing"))
            return false;
        for (var i = 0; i < first.Items.Count; i++)
        {
            var (a, b) = (first.Items[i], second.Items[i]);
            if (a.Path != b.Path || a.Status != b.Status)
                return false;
        }
        return true;
    }

    /// <summary>
    /// Makes the entries of what was read in <paramref name="first"/> and is still there in <paramref name="second"/>. What came between is left to the next save,
    /// and what went from a folder that changes all the time keeps its entry: it may have been moved to where the walk had already been.
    /// </summary>
    public void Merge(Walk first, Walk second)
    {
        Stale.AddRange(second.Stale);
        var now = second.Items.ToDictionary(item => item.Path);
        var moving = first.Items.Where(item => item.Kind == EntryKind.Folder && now.TryGetValue(item.Path, out var then) && then.Status != item.Status)
            .Select(item => item.Path).ToHashSet();
        var merged = new Dictionary<SnapshotPath, KnownItem>();
        foreach (var item in second.Items)
            Add(merged, item);
        KeepMissing(merged, second.Unread, moving);
        foreach (var item in merged.Values.OrderBy(item => item.Entry.Path))
        {
            Entries.Add(item.Entry);
            Known[item.Entry.Path] = item;
        }
    }

    private void Add(Dictionary<SnapshotPath, KnownItem> merged, FoundItem item)
    {
        if (item.Kind != EntryKind.File)
        {
            merged[item.Path] = new KnownItem(Simple(item), item.Status, 0);
            return;
        }
        if (_read.TryGetValue(item.Path, out var read) && read.Status == item.Status)
        {
            merged[item.Path] = read;
            return;
        }
        var reason = _failed.GetValueOrDefault(item.Path, "changing");
        Stale.Add(new StaleFile(item.Path.ToString(), reason));
        // A file that was never saved and never stands still, such as a log, is kept as it was read: better than nothing, and named.
        var kept = known.TryGetValue(item.Path, out var last) && last.Entry.Kind == EntryKind.File ? last : read;
        if (kept is not null)
            merged[item.Path] = kept with { Status = null };
    }

    private void KeepMissing(Dictionary<SnapshotPath, KnownItem> merged, HashSet<SnapshotPath> unread, HashSet<SnapshotPath> moving)
    {
        if (unread.Count == 0 && moving.Count == 0)
            return;
        var kept = new HashSet<SnapshotPath>();
        foreach (var item in known.Values.OrderBy(item => item.Entry.Path))
        {
            var path = item.Entry.Path;
            if (merged.ContainsKey(path) || path.Depth == 1)
                continue;
            var folder = SnapshotPath.Parse(path.Folder);
            var unreadable = unread.Contains(path) || unread.Contains(folder);
            if (!unreadable && !moving.Contains(folder) && !kept.Contains(folder))
                continue;
            if (!merged.TryGetValue(folder, out var parent) || parent.Entry.Kind != EntryKind.Folder)
                continue;
            merged[path] = item with { Status = null };
            kept.Add(path);
            if (!unreadable && moving.Contains(folder))
                Stale.Add(new StaleFile(path.ToString(), "changing"));
        }
    }

    private async Task ReadAsync(FoundItem item, long readAt, CancellationToken cancellationToken)
    {
        var start = Stopwatch.GetTimestamp();
        try
        {
            var (entry, settled) = await packer.PackAsync(item, cancellationToken);
            if (entry is not null)
                _read[item.Path] = new KnownItem(entry, settled ? item.Status : null, readAt);
            if (!settled)
                _failed[item.Path] = "changing";
        }
        catch (UnreadableException e)
        {
            _failed[item.Path] = e.Gone ? "changing" : "unreadable";
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            _failed[item.Path] = "unreadable";
        }
        rehash.Hashed(item.Path, item.Status.Size, Stopwatch.GetElapsedTime(start));
    }

    private bool IsRetired(SnapshotEntry entry) =>
        retired.Count > 0 && entry.Chunks.Any(chunk => chunk.Extents.Any(extent => retired.Contains(extent.Pack)));

    private static SnapshotEntry Simple(FoundItem item) => new()
    {
        Path = item.Path,
        Kind = item.Kind,
        Mode = item.Status.Mode,
        Modified = item.Kind == EntryKind.Link ? item.Status.Modified : 0,
        Target = item.Target,
    };
}
