using Devex.Runner.Snapshots;
using Devex.Snapshots.Entries;
using Microsoft.Win32.SafeHandles;

namespace Devex.Runner.Restoring;

/// <summary>
/// Writes a snapshot's tree. Every name is reached by folder handles without following a link, so that nothing outside the parts is touched whatever the
/// snapshot says. What an interrupted restore left is used where it is right and replaced where it is not.
/// </summary>
internal sealed class TreeWriter(Parts parts) : IDisposable
{
    private readonly ThreadLocal<LastFolder> _folders = new(() => new LastFolder(parts), trackAllValues: true);

    private const int OwnerMayAll = 0x1c0;

    /// <summary>Removes what an interrupted restore of another root may have left.</summary>
    public void RemoveOthers(IReadOnlyList<SnapshotEntry> entries)
    {
        var wanted = entries.Select(entry => entry.Path).ToHashSet();
        foreach (var (name, root) in parts.All.Where(part => part.Name != "documents"))
            RemoveOthers(root, SnapshotPath.Parse(System.Text.Encoding.UTF8.GetBytes(name)), wanted);
    }

    /// <summary>Makes folders, links and empty files; returns the files whose content is to be fetched.</summary>
    public List<SnapshotEntry> WriteTree(IReadOnlyList<SnapshotEntry> entries)
    {
        var missing = new List<SnapshotEntry>();
        foreach (var entry in entries.Where(entry => entry.Path.Depth > 1))
        {
            var folder = OpenFolder(entry);
            if (entry.Kind == EntryKind.Folder)
                MakeFolder(folder, entry);
            else if (entry.Kind == EntryKind.Link)
                MakeLink(folder, entry);
            else if (!IsThere(folder, entry))
                missing.Add(entry);
        }
        foreach (var entry in missing.Where(file => file.Size == 0))
        {
            using var file = Create(entry);
            Complete(entry, file);
        }
        missing.RemoveAll(file => file.Size == 0);
        return missing;
    }

    /// <summary>A new, empty file in place of whatever has its name.</summary>
    public SafeFileHandle Create(SnapshotEntry entry)
    {
        var flags = Libc.WriteOnly | Libc.Create | Libc.Exclusive | Libc.NoFollow;
        var folder = OpenFolder(entry);
        if (Libc.OpenAt(folder, entry.Path.Name, flags, OwnerMayAll) is { } made)
            return made;
        Remove(folder, entry.Path.Name);
        return Libc.OpenAt(folder, entry.Path.Name, flags, OwnerMayAll) ?? throw Failed(entry, "made");
    }

    /// <summary>Opens a file that <see cref="Create"/> made.</summary>
    public SafeFileHandle OpenForWriting(SnapshotEntry entry) => Open(entry, Libc.WriteOnly);

    public SafeFileHandle OpenForReading(SnapshotEntry entry) => Open(entry, Libc.ReadOnly);

    /// <summary>Mode and time, last: they say that the content is whole.</summary>
    public static void Complete(SnapshotEntry entry, SafeFileHandle file)
    {
        if (!Libc.ChMod(file, entry.Mode) || !Libc.SetTimes(file, entry.Modified))
            throw Failed(entry, "completed");
    }

    /// <summary>Gives folders their modes, deepest first, and makes everything durable.</summary>
    public void Finish(IReadOnlyList<SnapshotEntry> entries)
    {
        foreach (var entry in entries.Where(entry => entry.Kind == EntryKind.Folder && !entry.Path.Name.SequenceEqual("documents"u8)).Reverse())
        {
            using var folder = parts.OpenFolder(entry.Path.Bytes) ?? throw Failed(entry, "opened");
            if (!Libc.ChMod(folder, entry.Mode))
                throw Failed(entry, "completed");
        }
        foreach (var (name, root) in parts.All)
        {
            if (!Libc.SyncFileSystem(root))
                throw new IOException($"{name} could not be made durable: error {Libc.LastError}.");
        }
    }

    public void Dispose()
    {
        foreach (var folder in _folders.Values)
            folder.Dispose();
        _folders.Dispose();
    }

    private static void RemoveOthers(SafeFileHandle folder, SnapshotPath path, HashSet<SnapshotPath> wanted)
    {
        foreach (var name in Folder.Names(folder) ?? [])
        {
            if (!path.TryAppend(name, out var below) || !wanted.Contains(below.Value))
                Remove(folder, name);
            else if (Folder.Open(folder, name) is { } next)
            {
                using (next)
                    RemoveOthers(next, below.Value, wanted);
            }
        }
    }

    private static void Remove(SafeFileHandle folder, ReadOnlySpan<byte> name)
    {
        if (!Libc.TryStat(folder, name, out var status))
            return;
        if (status.IsFolder)
        {
            using (var below = Folder.Open(folder, name))
            {
                if (below is not null)
                {
                    Libc.ChMod(below, OwnerMayAll);
                    foreach (var inner in Folder.Names(below) ?? [])
                        Remove(below, inner);
                }
            }
            Libc.UnlinkAt(folder, name, Libc.RemoveDirectory);
        }
        else
        {
            Libc.UnlinkAt(folder, name);
        }
    }

    private static void MakeFolder(SafeFileHandle folder, SnapshotEntry entry)
    {
        var name = entry.Path.Name;
        if (Libc.TryStat(folder, name, out var status) && !status.IsFolder)
            Remove(folder, name);
        if (!Libc.MkDirAt(folder, name, OwnerMayAll) && Libc.LastError != Libc.Exists)
            throw Failed(entry, "made");
        using var made = Folder.Open(folder, name) ?? throw Failed(entry, "opened");
        Libc.ChMod(made, OwnerMayAll);
    }

    private static void MakeLink(SafeFileHandle folder, SnapshotEntry entry)
    {
        var name = entry.Path.Name;
        Remove(folder, name);
        if (!Libc.SymlinkAt(entry.Target.Span, folder, name) || !Libc.SetTimes(folder, name, entry.Modified))
            throw Failed(entry, "made");
    }

    private static bool IsThere(SafeFileHandle folder, SnapshotEntry entry)
    {
        if (!Libc.TryStat(folder, entry.Path.Name, out var status) || !status.IsFile || status.Size != entry.Size || status.Modified != entry.Modified)
            return false;
        using var file = Libc.OpenAt(folder, entry.Path.Name, Libc.ReadOnly | Libc.NoFollow | Libc.NonBlocking);
        return file is not null && FileHash.Of(file, entry.Size) == entry.Hash && Libc.ChMod(file, entry.Mode);
    }

    private SafeFileHandle Open(SnapshotEntry entry, int flags)
    {
        return Libc.OpenAt(OpenFolder(entry), entry.Path.Name, flags | Libc.NoFollow | Libc.NonBlocking) ?? throw Failed(entry, "opened");
    }

    /// <summary>Valid until this thread asks for another.</summary>
    private SafeFileHandle OpenFolder(SnapshotEntry entry) => _folders.Value!.Of(entry.Path) ?? throw Failed(entry, "reached");

    private static IOException Failed(SnapshotEntry entry, string what) => new($"{entry.Path} could not be {what}: error {Libc.LastError}.");
}
