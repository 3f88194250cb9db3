using Devex.Contracts.Snapshots;
using Devex.Runner.Snapshots;
using Devex.Snapshots;
using Devex.Snapshots.Entries;
using Microsoft.Win32.SafeHandles;

namespace Devex.Runner.Saving;

/// <summary>
/// One look at everything: names and status only, nothing is opened but folders, no link is followed. Items come in the order of a snapshot's entries.
/// </summary>
internal sealed class Walk
{
    public const int MaxItems = 1_000_000;

    private readonly Excludes _excludes;
    private readonly Action<SafeFileHandle, FileStatus>? _onFolder;

    private Walk(Excludes excludes, Action<SafeFileHandle, FileStatus>? onFolder) => (_excludes, _onFolder) = (excludes, onFolder);

    public List<FoundItem> Items { get; } = [];

    /// <summary>What cannot be kept, found by looking alone.</summary>
    public List<StaleFile> Stale { get; } = [];

    /// <summary>Folders whose names could not be read: what is known below them stays.</summary>
    public HashSet<SnapshotPath> Unread { get; } = [];

    /// <param name="onFolder">Called with each open folder, for watching.</param>
    public static Walk Run(Parts parts, Excludes excludes, Action<SafeFileHandle, FileStatus>? onFolder = null)
    {
        var walk = new Walk(excludes, onFolder);
        foreach (var (name, root) in parts.All)
        {
            var path = SnapshotPath.Parse(System.Text.Encoding.UTF8.GetBytes(name));
            if (!Libc.TryStat(root, [], out var status))
                throw new IOException($"{name} cannot be read: error {Libc.LastError}.");
            // The journal's folder is serve's own; its mode says nothing.
            walk.Items.Add(new FoundItem(path, EntryKind.Folder, name == "documents" ? status with { TypeAndMode = 0x41c0 } : status));
            using var folder = Folder.Open(root, "."u8);
            walk.Enter(folder, path, status, documents: name == "documents");
        }
        return walk;
    }

    private void Enter(SafeFileHandle? folder, SnapshotPath path, FileStatus status, bool documents)
    {
        if (folder is null || Folder.Names(folder) is not { } names)
        {
            Unread.Add(path);
            Stale.Add(new StaleFile(path.ToString(), "unreadable"));
            return;
        }
        _onFolder?.Invoke(folder, status);
        foreach (var name in names)
        {
            if (documents && !name.AsSpan().EndsWith(".doc.json"u8))
                continue;
            if (path.TryAppend(name, out var below))
                Add(folder, name, below.Value);
            else
                Stale.Add(new StaleFile($"{path}/{SnapshotPath.Escape(name)}", path.Depth >= SnapshotFormat.MaxDepth ? "tooDeep" : "tooLong"));
        }
    }

    private void Add(SafeFileHandle folder, byte[] name, SnapshotPath path)
    {
        if (_excludes.Contains(path))
            return;
        if (!Libc.TryStat(folder, name, out var status))
        {
            // Gone since it was listed is gone; anything else keeps what is known.
            if (Libc.LastError != Libc.NoEntry)
                Keep(path, "unreadable");
            return;
        }
        if (Items.Count >= MaxItems)
        {
            Keep(path, "quota");
        }
        else if (status.IsFolder)
        {
            Items.Add(new FoundItem(path, EntryKind.Folder, status));
            using var below = Folder.Open(folder, name);
            Enter(below, path, status, documents: false);
        }
        else if (status.IsFile)
        {
            Items.Add(new FoundItem(path, EntryKind.File, status));
        }
        else if (status.IsLink)
        {
            if (Libc.ReadLinkAt(folder, name) is { } target)
                Items.Add(new FoundItem(path, EntryKind.Link, status, target));
            else if (Libc.LastError != Libc.NoEntry)
                Keep(path, "unreadable");
        }
        else
        {
            Stale.Add(new StaleFile(path.ToString(), "special"));
        }
    }

    private void Keep(SnapshotPath path, string reason)
    {
        Unread.Add(path);
        Stale.Add(new StaleFile(path.ToString(), reason));
    }
}
