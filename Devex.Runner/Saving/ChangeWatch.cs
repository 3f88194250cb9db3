using System.Buffers.Binary;
using Devex.Runner.Snapshots;
using Microsoft.Win32.SafeHandles;

namespace Devex.Runner.Saving;

/// <summary>
/// Says that something changed, by inotify. Only a hint for when to look: a full walk finds what inotify misses (mapped memory, overflow, no watches left), so
/// nothing but speed depends on it.
/// </summary>
internal sealed class ChangeWatch : IDisposable
{
    /// <summary>Written and closed, attributes, moved, created, deleted; and plain writes, for files that stay open.</summary>
    private const uint Mask = 0x2 | 0x4 | 0x8 | 0x40 | 0x80 | 0x100 | 0x200;

    private const uint Overflow = 0x4000;

    private readonly SafeFileHandle? _inotify = Libc.CreateInotify();
    private readonly HashSet<(ulong, ulong)> _watched = [];
    private readonly Action _changed;

    public ChangeWatch(Action changed)
    {
        _changed = changed;
        // A thread of its own: a blocking read needs no polling, and ends with the process.
        if (_inotify is not null)
            new Thread(Read) { IsBackground = true, Name = "inotify" }.Start();
    }

    /// <summary>Watches a folder if it is not watched yet.</summary>
    public void Add(SafeFileHandle folder, FileStatus status)
    {
        if (_inotify is not null && !_watched.Contains((status.Device, status.Inode)) && Libc.Watch(_inotify, folder, Mask))
            _watched.Add((status.Device, status.Inode));
    }

    /// <summary>Forgets which folders are watched: an inode's number comes back with another folder.</summary>
    public void Renew() => _watched.Clear();

    public void Dispose() => _inotify?.Dispose();

    private void Read()
    {
        var buffer = new byte[64 * 1024];
        for (int length; (length = Libc.Read(_inotify!, buffer)) > 0 || Libc.LastError == Libc.Interrupted;)
        {
            if (length > 0 && IsRelevant(buffer.AsSpan(0, length)))
                _changed();
        }
    }

    private static bool IsRelevant(ReadOnlySpan<byte> events)
    {
        while (events.Length >= 16)
        {
            var nameLength = BinaryPrimitives.ReadInt32LittleEndian(events[12..]);
            if ((BinaryPrimitives.ReadUInt32LittleEndian(events[4..]) & Overflow) != 0 || !events.Slice(16, nameLength).StartsWith(".devex-"u8))
                return true;
            events = events[(16 + nameLength)..];
        }
        return false;
    }
}
