using System.Buffers.Binary;
using Devex.Runner.Snapshots;
using Devex.Snapshots.Entries;
using Microsoft.Win32.SafeHandles;

namespace Devex.Runner.Saving;

/// <summary>Folders in which something changed.</summary>
/// <param name="All">Nobody knows in which: the kernel lost events.</param>
/// <param name="Folders">Those that are known.</param>
internal readonly record struct ChangedFolders(bool All, IReadOnlyCollection<SnapshotPath> Folders);

/// <summary>
/// Says where something changed, by inotify. Only a hint for where to look: full scans find what it misses (mapped memory, overflow, no watches left), so nothing but speed
/// depends on it.
/// </summary>
internal sealed class ChangeWatch : IDisposable
{
    /// <summary>Written and closed, attributes, moved, created, deleted; and plain writes, for files that stay open.</summary>
    private const uint Mask = 0x2 | 0x4 | 0x8 | 0x40 | 0x80 | 0x100 | 0x200;

    private const uint Overflow = 0x4000, Ignored = 0x8000;
    private const int PollMilliseconds = 10_000, GatherMilliseconds = 20;

    private readonly SafeFileHandle? _inotify = Libc.CreateInotify();
    private readonly Lock _gate = new();
    private readonly byte[] _buffer = new byte[64 * 1024];
    private readonly Dictionary<(ulong, ulong), int> _watches = [];
    private readonly Dictionary<int, (SnapshotPath Path, (ulong, ulong) Inode)> _folders = [];
    private readonly Action _changed;
    private HashSet<SnapshotPath> _dirty = [];
    private bool _all;
    private volatile bool _disposed;

    /// <param name="changed">Called from a thread of its own, often.</param>
    public ChangeWatch(Action changed)
    {
        _changed = changed;
        Complete = _inotify is not null;
        if (_inotify is not null)
            new Thread(Read) { IsBackground = true, Name = "inotify" }.Start();
    }

    /// <summary>Whether every folder that was to be watched since <see cref="Begin"/> is.</summary>
    public bool Complete { get; private set; }

    /// <summary>A scan of everything begins, which may find room for more watches.</summary>
    public void Begin() => Complete = _inotify is not null;

    /// <summary>Watches a folder, or notes where it is now.</summary>
    public void Add(SafeFileHandle folder, FileStatus status, SnapshotPath path)
    {
        if (_inotify is null)
            return;
        var inode = (status.Device, status.Inode);
        lock (_gate)
        {
            if (_watches.TryGetValue(inode, out var watch) && _folders.TryGetValue(watch, out var known))
            {
                if (known.Path != path)
                    _folders[watch] = (path, inode);
                return;
            }
            // Once there are none left, asking for each of thousands of folders is of no use.
            if (!Complete)
                return;
            watch = Libc.Watch(_inotify, folder, Mask);
            if (watch < 0)
            {
                Complete = false;
                return;
            }
            _watches[inode] = watch;
            _folders[watch] = (path, inode);
        }
    }

    /// <summary>What changed since the last time, all that the kernel has queued included.</summary>
    public ChangedFolders Take()
    {
        lock (_gate)
        {
            Drain();
            var taken = new ChangedFolders(_all, _dirty);
            (_all, _dirty) = (false, []);
            return taken;
        }
    }

    /// <summary>Puts back what was taken and not dealt with.</summary>
    public void Return(ChangedFolders changed)
    {
        lock (_gate)
        {
            _all |= changed.All;
            _dirty.UnionWith(changed.Folders);
        }
    }

    public void Dispose()
    {
        _disposed = true;
        lock (_gate)
            _inotify?.Dispose();
    }

    private void Read()
    {
        while (!_disposed)
        {
            try
            {
                if (!Libc.WaitReadable(_inotify!, PollMilliseconds))
                    continue;
                bool relevant;
                lock (_gate)
                    relevant = !_disposed && Drain();
                if (!relevant)
                    continue;
                _changed();
                // Under constant writing events are taken by the hundred, not one by one.
                Thread.Sleep(GatherMilliseconds);
            }
            catch (ObjectDisposedException)
            {
                return;
            }
        }
    }

    private bool Drain()
    {
        var relevant = false;
        for (int length; _inotify is not null && (length = Libc.Read(_inotify, _buffer)) > 0;)
        {
            for (var events = _buffer.AsSpan(0, length); events.Length >= 16;)
            {
                var nameLength = BinaryPrimitives.ReadInt32LittleEndian(events[12..]);
                relevant |= Note(
                    BinaryPrimitives.ReadInt32LittleEndian(events), BinaryPrimitives.ReadUInt32LittleEndian(events[4..]), events.Slice(16, nameLength));
                events = events[(16 + nameLength)..];
            }
        }
        return relevant;
    }

    private bool Note(int watch, uint mask, ReadOnlySpan<byte> name)
    {
        if ((mask & Overflow) != 0)
            return _all = true;
        if (!_folders.TryGetValue(watch, out var folder))
            return false;
        if ((mask & Ignored) != 0)
        {
            _folders.Remove(watch);
            // Its inode's number may belong to another folder by now, which has a watch of its own.
            if (_watches.TryGetValue(folder.Inode, out var current) && current == watch)
                _watches.Remove(folder.Inode);
            return false;
        }
        name = name[..(name.IndexOf((byte)0) is >= 0 and var end ? end : name.Length)];
        if (name.StartsWith(".devex-"u8) || (folder.Path.Bytes.SequenceEqual("documents"u8) && !name.EndsWith(".doc.json"u8)))
            return false;
        _dirty.Add(folder.Path);
        return true;
    }
}
