using System.Buffers.Binary;

namespace Devex.Snapshots.Packs;

/// <summary>
/// A pack: 16 random bytes, so that a name never comes back; <c>DXPK</c>, the format, three zeros; then groups. A group is two
/// little-endian 32-bit numbers, bytes stored and bytes of content (1 to 262144), and the stored bytes: one Zstandard frame, or the content itself where both
/// are equal. Positions are kept in pages, so that one file is fetched by a range.
/// </summary>
internal static class PackLayout
{
    public const int RandomBytes = 16;

    public const int HeaderBytes = RandomBytes + 8;

    public const int GroupHeaderBytes = 8;

    public static void WriteHeader(Span<byte> destination, ReadOnlySpan<byte> random)
    {
        random.CopyTo(destination);
        "DXPK"u8.CopyTo(destination[RandomBytes..]);
        destination[RandomBytes + 4] = SnapshotFormat.Version;
        destination[(RandomBytes + 5)..HeaderBytes].Clear();
    }

    public static void CheckHeader(ReadOnlySpan<byte> header)
    {
        if (!header.Slice(RandomBytes, 4).SequenceEqual("DXPK"u8) || header[RandomBytes + 4] != SnapshotFormat.Version)
            throw new SnapshotFormatException("Not a pack of format 1.");
    }

    public static void WriteGroupHeader(Span<byte> destination, int stored, int content)
    {
        BinaryPrimitives.WriteInt32LittleEndian(destination, stored);
        BinaryPrimitives.WriteInt32LittleEndian(destination[4..], content);
    }

    public static (int Stored, int Content) ReadGroupHeader(ReadOnlySpan<byte> source)
    {
        var stored = BinaryPrimitives.ReadInt32LittleEndian(source);
        var content = BinaryPrimitives.ReadInt32LittleEndian(source[4..]);
        if (content is < 1 or > SnapshotFormat.GroupBytes || stored < 1 || stored > content)
            throw new SnapshotFormatException("A group of a pack has impossible lengths.");
        return (stored, content);
    }
}
