using Devex.Contracts.Protocol;
using Devex.Runner.Sessions;
using Microsoft.Win32.SafeHandles;

namespace Devex.Runner.Files;

/// <summary>The folders that one inotify queue watches, and the names in each, so that a file that replaces another is told as changed.</summary>
internal sealed class WatchedFolders(Workspace workspace, SafeFileHandle queue, WatchedChanges changes)
{
    private const int MaxFolders = 8192;
    private const int MaxDepth = 400;

    private readonly Dictionary<int, Folder> _byWatch = [];

    /// <summary>Whether every folder is watched that should be.</summary>
    public bool Complete { get; private set; } = true;

    /// <summary>Watches everything there is.</summary>
    public void AddAll() => AddAt("");

    /// <summary>Takes one event.</summary>
    public void Apply(int watch, uint mask, ReadOnlySpan<byte> name)
    {
        if (!_byWatch.TryGetValue(watch, out var folder))
            return;
        if ((mask & WatchCalls.Ignored) != 0)
        {
            _byWatch.Remove(watch);
            return;
        }
        if (name.Length <= 1 || FileNames.IsTemporary(name))
            return;
        var path = RelativePath.Join(folder.Path, FileNames.Decode(name));
        var hash = Hash(name);
        if ((mask & (WatchCalls.Deleted | WatchCalls.MovedFrom)) != 0)
        {
            changes.Note(path, before: folder.Names.Remove(hash), now: false);
            if ((mask & WatchCalls.IsFolder) != 0 && (mask & WatchCalls.MovedFrom) != 0)
                Forget(path);
            return;
        }
        changes.Note(path, before: !folder.Names.Add(hash), now: true);
        if ((mask & WatchCalls.IsFolder) != 0 && (mask & (WatchCalls.Created | WatchCalls.MovedTo)) != 0 && !folder.Shallow)
            AddAt(path);
    }

    private void AddAt(string path)
    {
        try
        {
            using var location = workspace.Locate(path, follow: false);
            using var folder = location.OpenFolder();
            Add(folder, path, 0);
        }
        catch (SessionException)
        {
            // Gone again, or not ours to read: its parent's events tell.
        }
    }

    private void Add(SafeFileHandle folder, string path, int depth)
    {
        if (_byWatch.Count >= MaxFolders || depth > MaxDepth || WatchCalls.Add(queue, folder) is not (>= 0 and var watch))
        {
            Complete = false;
            return;
        }
        var watched = new Folder(path, IsShallow(RelativePath.Name(path)));
        _byWatch[watch] = watched;
        // Watched first, read then: what is made in between is seen twice, never missed.
        foreach (var name in FolderEntries.Read(folder, path))
        {
            watched.Names.Add(Hash(name));
            var entryPath = RelativePath.Join(path, FileNames.Decode(name));
            changes.Note(entryPath, before: false, now: true);
            if (watched.Shallow || FileCalls.Stat(folder, name) is not { Kind: FileKind.Folder })
                continue;
            using var inner = FileCalls.Open(folder, name, FileCalls.ReadOnly | FileCalls.Folder | FileCalls.NoFollow);
            if (inner is not null)
                Add(inner, entryPath, depth + 1);
        }
    }

    /// <summary>A folder was moved away: its watches would go on under a path that is not theirs.</summary>
    private void Forget(string path)
    {
        var prefix = path + "/";
        foreach (var (watch, folder) in _byWatch.Where(entry => entry.Value.Path == path || entry.Value.Path.StartsWith(prefix, StringComparison.Ordinal)).ToList())
        {
            _byWatch.Remove(watch);
            _ = WatchCalls.Remove(queue, watch);
        }
    }

    private static bool IsShallow(string name) => name is "node_modules" or ".git";

    private static ulong Hash(ReadOnlySpan<byte> name)
    {
        // FNV-1a: 64 bits per name instead of the names of a whole workspace.
        var hash = 14695981039346656037UL;
        foreach (var b in name)
            hash = (hash ^ b) * 1099511628211UL;
        return hash;
    }

    private sealed record Folder(string Path, bool Shallow)
    {
        public HashSet<ulong> Names { get; } = [];
    }
}
