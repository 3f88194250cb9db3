using System.Globalization;
using System.Runtime.InteropServices;
using Devex.Contracts.Protocol;

namespace Devex.Runner.Files;

/// <summary>What the kernel knows of a file.</summary>
internal readonly struct FileStat(StatXBuffer stat)
{
    private const int KindMask = 0xf000;

    public FileKind Kind => (stat.Mode & KindMask) switch
    {
        0x8000 => FileKind.File,
        0x4000 => FileKind.Folder,
        0xa000 => FileKind.Link,
        _ => FileKind.Other,
    };

    /// <summary>Permission bits.</summary>
    public int Mode => stat.Mode & 0xfff;

    /// <summary>Bytes.</summary>
    public long Size => (long)stat.Size;

    /// <summary>Names of this file.</summary>
    public uint Links => stat.Links;

    public uint User => stat.User;

    /// <summary>Device and inode: which file it is.</summary>
    public (uint, uint, ulong) Identity => (stat.DeviceMajor, stat.DeviceMinor, stat.Inode);

    /// <summary>Unix milliseconds.</summary>
    public long ModifiedAt => (stat.Modified.Seconds * 1000) + (stat.Modified.Nanoseconds / 1_000_000);

    /// <summary>Opaque; changes with the content.</summary>
    public string Version => string.Create(
        CultureInfo.InvariantCulture, $"{stat.Inode:x}-{stat.Size:x}-{stat.Modified.Seconds:x}-{stat.Modified.Nanoseconds:x}");
}

/// <summary><c>struct statx</c>, the same on every architecture.</summary>
[StructLayout(LayoutKind.Explicit, Size = 256)]
internal struct StatXBuffer
{
    [FieldOffset(16)] public uint Links;
    [FieldOffset(20)] public uint User;
    [FieldOffset(28)] public ushort Mode;
    [FieldOffset(32)] public ulong Inode;
    [FieldOffset(40)] public ulong Size;
    [FieldOffset(112)] public StatXTime Modified;
    [FieldOffset(136)] public uint DeviceMajor;
    [FieldOffset(140)] public uint DeviceMinor;
}

/// <summary><c>struct statx_timestamp</c>.</summary>
internal struct StatXTime
{
    public long Seconds;
    public uint Nanoseconds;
    public int Reserved;
}
