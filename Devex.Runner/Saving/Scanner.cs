using Devex.Runner.Snapshots;
using Devex.Snapshots;
using Devex.Snapshots.Entries;
using Microsoft.Win32.SafeHandles;

namespace Devex.Runner.Saving;

/// <summary>
/// Compares folders with the index, by names and status only: nothing is opened but folders, no link is followed. A cursor goes through the index as the names of the
/// disk come in the same order; what it passes is gone.
/// <code>
/// disk    a   c   d/        d/x   e
/// index   a   b   c   d/    d/x   d/y   e
///             └ gone               └ gone
/// </code>
/// </summary>
internal sealed class Scanner(Parts parts, Excludes excludes, SavedIndex index, Contents contents, StaleFiles stale, ChangeWatch? watch, long maxNew)
{
    private readonly byte[] _path = new byte[SnapshotFormat.MaxPathBytes + SnapshotFormat.MaxNameBytes + 2];
    private readonly IndexCursor _cursor = new(index);
    private readonly long _clock = Clock();
    private readonly HashSet<SnapshotPath> _visited = [];
    private HashSet<SnapshotPath> _asked = [];
    private bool _all;
    private Scan _scan = new();

    /// <summary>Wall clock, nanoseconds since 1970.</summary>
    public static long Clock() => (DateTime.UtcNow - DateTime.UnixEpoch).Ticks * 100;

    /// <summary>Looks at everything.</summary>
    public void LookAtAll(Scan scan)
    {
        (_scan, _all) = (scan, true);
        stale.Clear();
        foreach (var (name, root) in parts.All)
        {
            var path = SnapshotPath.Parse(System.Text.Encoding.UTF8.GetBytes(name));
            if (!Libc.TryStat(root, [], out var status))
                throw new IOException($"{name} cannot be read: error {Libc.LastError}.");
            _cursor.Seek(path);
            LookAtPart(path, status);
        }
    }

    /// <summary>Looks at some folders, and at all that is new in them.</summary>
    public void LookAt(Scan scan, IEnumerable<SnapshotPath> folders)
    {
        (_scan, _all) = (scan, false);
        _asked = [.. folders];
        var done = new HashSet<SnapshotPath>();
        var queue = new PriorityQueue<SnapshotPath, SnapshotPath>(_asked.Select(path => (path, path)));
        while (queue.TryDequeue(out var path, out _))
        {
            if (!done.Add(path) || (_visited.Contains(path) && path.Depth > 1))
                continue;
            if (path.Depth == 1)
            {
                if (Libc.TryStat(parts.Root(path), [], out var status))
                    LookAtPart(path, status);
                continue;
            }
            using var folder = parts.OpenFolder(path.Bytes);
            if (folder is not null && Libc.TryStat(folder, [], out var now) && index.Find(path) is { Entry.Kind: EntryKind.Folder })
            {
                _cursor.Seek(path);
                _cursor.Next();
                Enter(folder, path, now, path.Depth, whole: false);
            }
            else
            {
                // It is gone, or new: its folder tells.
                var parent = SnapshotPath.Parse(path.Folder);
                queue.Enqueue(parent, parent);
            }
        }
        _visited.Clear();
    }

    private void LookAtPart(SnapshotPath path, FileStatus status)
    {
        // The journal's folder is serve's own; its mode says nothing.
        var documents = path.Bytes.SequenceEqual("documents"u8);
        var kept = documents ? status with { TypeAndMode = 0x41c0 } : status;
        _cursor.Seek(path);
        Compare(path, default, kept, null);
        using var folder = Folder.Open(parts.Root(path), "."u8);
        Enter(folder, path, status, 1, whole: _all);
    }

    private void Enter(SafeFileHandle? folder, SnapshotPath path, FileStatus status, int depth, bool whole)
    {
        stale.Forget(path);
        using var names = new FolderNames();
        if (folder is not null)
            watch?.Add(folder, status, path);
        if (folder is null || !names.Read(folder))
        {
            stale.Add(path, path.ToString(), "unreadable");
            _cursor.SkipBelow(path);
            return;
        }
        _scan.Enter(path, status);
        if (!_all)
            _visited.Add(path);
        var documents = depth == 1 && path.Bytes.SequenceEqual("documents"u8);
        for (var i = 0; i < names.Count; i++)
        {
            var name = names[i];
            if (documents && !name.EndsWith(".doc.json"u8))
                continue;
            // Every turn writes its own path: entering a folder below has written another.
            path.Bytes.CopyTo(_path);
            _path[path.Bytes.Length] = (byte)'/';
            name.CopyTo(_path.AsSpan(path.Bytes.Length + 1));
            var full = _path.AsSpan(0, path.Bytes.Length + 1 + name.Length);
            if (full.Length > SnapshotFormat.MaxPathBytes || depth >= SnapshotFormat.MaxDepth)
            {
                stale.Add(path, $"{path}/{SnapshotPath.Escape(name)}", depth >= SnapshotFormat.MaxDepth ? "tooDeep" : "tooLong");
                continue;
            }
            if (excludes.Contains(full, name, depth + 1))
                continue;
            PassTo(folder, path, full);
            LookAt(folder, path, names.Terminated(i), full, depth + 1, whole);
        }
        while (_cursor.Current is { } rest && IndexCursor.IsBelow(rest.Entry.Path, path.Bytes))
            Miss(folder, path, rest);
    }

    /// <summary>What the index has before a name is not there any more.</summary>
    private void PassTo(SafeFileHandle folder, SnapshotPath path, ReadOnlySpan<byte> full)
    {
        while (_cursor.Current is { } known && SnapshotPath.Compare(known.Entry.Path.Bytes, full) < 0)
            Miss(folder, path, known);
    }

    private void Miss(SafeFileHandle folder, SnapshotPath path, KnownItem known)
    {
        var gone = known.Entry.Path;
        // Only the file system's own word removes an entry: a list of names read while things move may lack one.
        if (gone.Folder.SequenceEqual(path.Bytes) && !excludes.Contains(gone) && (Libc.TryStat(folder, gone.Name, out _) || Libc.LastError != Libc.NoEntry))
        {
            stale.Add(path, gone.ToString(), "changing");
            _scan.Doubt(path);
            _cursor.Next();
            _cursor.SkipBelow(gone);
            return;
        }
        _scan.Change(SnapshotPath.Parse(gone.Folder), gone, null);
        if (known.Entry.Kind == EntryKind.Folder)
        {
            stale.ForgetBelow(gone);
            _scan.Leave(gone);
        }
        _cursor.Next();
    }

    private void LookAt(SafeFileHandle folder, SnapshotPath path, ReadOnlySpan<byte> terminated, ReadOnlySpan<byte> full, int depth, bool whole)
    {
        var known = _cursor.Current is { } current && current.Entry.Path.Bytes.SequenceEqual(full) ? current : null;
        if (!Libc.TryStatTerminated(folder, terminated, out var status))
        {
            // Gone since it was listed is gone; anything else keeps what is known.
            if (Libc.LastError != Libc.NoEntry)
                Keep(path, full, known, "unreadable");
            return;
        }
        if (known is null && _scan.New >= maxNew)
        {
            Keep(path, full, known, "quota");
            return;
        }
        var at = known?.Entry.Path ?? SnapshotPath.Parse(full);
        if (status.IsFile)
            LookAtFile(at, status, known);
        else if (status.IsFolder)
            LookAtFolder(folder, terminated[..^1], path, at, status, known, depth, whole);
        else if (status.IsLink)
            LookAtLink(folder, terminated[..^1], path, at, status, known);
        else
            LookAtSpecial(path, at, known);
    }

    private void LookAtSpecial(SnapshotPath folder, SnapshotPath path, KnownItem? known)
    {
        stale.Add(folder, path.ToString(), "special");
        if (known is null)
            return;
        _scan.Change(folder, path, null);
        _cursor.Next();
        DropBelow(path);
    }

    private void LookAtFile(SnapshotPath path, FileStatus status, KnownItem? known)
    {
        if (known is null || known.Entry.Kind != EntryKind.File || !known.IsUnchanged(status, _clock) || contents.IsRetired(known.Entry))
            _scan.Files.Add(new FoundItem(path, EntryKind.File, status));
        if (known is null)
            return;
        _cursor.Next();
        if (known.Entry.Kind == EntryKind.Folder)
            DropBelow(path);
    }

    private void LookAtFolder(
        SafeFileHandle folder, ReadOnlySpan<byte> name, SnapshotPath parent, SnapshotPath path, FileStatus status, KnownItem? known, int depth, bool whole)
    {
        var other = known is null || known.Entry.Kind != EntryKind.Folder || known.Status is not { } before || before.Inode != status.Inode || before.Device != status.Device;
        Compare(path, parent, status, known);
        if (!whole && !other && !_asked.Contains(path) && !_scan.HasChanges(path))
        {
            _cursor.SkipBelow(path);
            return;
        }
        using var below = Folder.Open(folder, name);
        if (below is null && Libc.LastError == Libc.NoEntry)
            _scan.Change(parent, path, null);
        else
            Enter(below, path, status, depth, whole || other);
    }

    private void LookAtLink(SafeFileHandle folder, ReadOnlySpan<byte> name, SnapshotPath parent, SnapshotPath path, FileStatus status, KnownItem? known)
    {
        if (Libc.ReadLinkAt(folder, name) is { } target)
        {
            Compare(path, parent, status, known, target);
            if (known?.Entry.Kind == EntryKind.Folder)
                DropBelow(path);
        }
        else if (Libc.LastError != Libc.NoEntry)
        {
            Keep(parent, path.Bytes, known, "unreadable");
        }
    }

    /// <summary>A folder or link; moves the cursor past it.</summary>
    private void Compare(SnapshotPath path, SnapshotPath parent, FileStatus status, KnownItem? known, byte[]? target = null)
    {
        if (known is null && _cursor.Current is { } current && current.Entry.Path == path)
            known = current;
        var entry = new SnapshotEntry
        {
            Path = path,
            Kind = target is null ? EntryKind.Folder : EntryKind.Link,
            Mode = status.Mode,
            Modified = target is null ? 0 : status.Modified,
            Target = target,
        };
        if (known is not null && KnownItem.Same(known.Entry, entry))
        {
            // By its inode a folder is told from another that took its name.
            if (entry.Kind == EntryKind.Folder && (known.Status is not { } before || before.Inode != status.Inode || before.Device != status.Device))
                _cursor.Know(known with { Status = status });
        }
        else
        {
            _scan.Change(parent, path, new KnownItem(entry, status, 0));
        }
        if (known is not null)
            _cursor.Next();
    }

    private void Keep(SnapshotPath folder, ReadOnlySpan<byte> full, KnownItem? known, string reason)
    {
        stale.Add(folder, SnapshotPath.Escape(full), reason);
        if (known is null)
            return;
        _cursor.Next();
        _cursor.SkipBelow(known.Entry.Path);
    }

    /// <summary>A folder became something else.</summary>
    private void DropBelow(SnapshotPath path)
    {
        while (_cursor.Current is { } known && IndexCursor.IsBelow(known.Entry.Path, path.Bytes))
        {
            _scan.Change(SnapshotPath.Parse(known.Entry.Path.Folder), known.Entry.Path, null);
            _cursor.Next();
        }
        stale.ForgetBelow(path);
    }
}
