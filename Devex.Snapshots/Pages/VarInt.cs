using System.Buffers;

namespace Devex.Snapshots.Pages;

/// <summary>Numbers of 7 bits a byte, least first, the high bit meaning that more follow; signed ones zig-zag.</summary>
internal static class VarInt
{
    public static void Write(IBufferWriter<byte> writer, ulong value)
    {
        var span = writer.GetSpan(10);
        var length = 0;
        for (; value >= 0x80; value >>= 7)
            span[length++] = (byte)(value | 0x80);
        span[length++] = (byte)value;
        writer.Advance(length);
    }

    public static void WriteSigned(IBufferWriter<byte> writer, long value) => Write(writer, (ulong)((value << 1) ^ (value >> 63)));

    public static ulong Read(ref ReadOnlySpan<byte> source)
    {
        var value = 0UL;
        for (var i = 0; i < 10 && i < source.Length; i++)
        {
            var part = source[i];
            if (i == 9 && part > 1)
                break;
            value |= (ulong)(part & 0x7f) << (7 * i);
            if (part < 0x80)
            {
                // One number has one form, so that equal pages have equal bytes.
                if (part == 0 && i > 0)
                    break;
                source = source[(i + 1)..];
                return value;
            }
        }
        throw new SnapshotFormatException("A page has a damaged number.");
    }

    public static long ReadSigned(ref ReadOnlySpan<byte> source)
    {
        var value = Read(ref source);
        return (long)(value >> 1) ^ -(long)(value & 1);
    }

    public static int ReadInt(ref ReadOnlySpan<byte> source, int max)
    {
        var value = Read(ref source);
        return value <= (ulong)max ? (int)value : throw new SnapshotFormatException("A number of a page is over its limit.");
    }
}
