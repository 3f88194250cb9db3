using System.Buffers.Binary;

namespace Devex.Runner.Snapshots;

/// <summary>What tells whether a file is the same as it was: device, inode, type, mode, size, and both times in nanoseconds.</summary>
internal readonly record struct FileStatus(ulong Device, ulong Inode, int TypeAndMode, long Size, long Modified, long Changed)
{
    private const int TypeMask = 0xf000;

    public bool IsFile => (TypeAndMode & TypeMask) == 0x8000;

    public bool IsFolder => (TypeAndMode & TypeMask) == 0x4000;

    public bool IsLink => (TypeAndMode & TypeMask) == 0xa000;

    /// <summary>Permissions as snapshots keep them: without set-user-id and set-group-id.</summary>
    public int Mode => TypeAndMode & 0x3ff;

    /// <summary>From the kernel's <c>struct statx</c>.</summary>
    public static FileStatus Of(ReadOnlySpan<byte> statx)
    {
        return new FileStatus(
            ((ulong)BinaryPrimitives.ReadUInt32LittleEndian(statx[136..]) << 32) | BinaryPrimitives.ReadUInt32LittleEndian(statx[140..]),
            BinaryPrimitives.ReadUInt64LittleEndian(statx[32..]),
            BinaryPrimitives.ReadUInt16LittleEndian(statx[28..]),
            BinaryPrimitives.ReadInt64LittleEndian(statx[40..]),
            Time(statx[112..]),
            Time(statx[96..]));

        static long Time(ReadOnlySpan<byte> value) =>
            BinaryPrimitives.ReadInt64LittleEndian(value) * 1_000_000_000 + BinaryPrimitives.ReadUInt32LittleEndian(value[8..]);
    }
}
