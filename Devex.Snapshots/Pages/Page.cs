using System.Buffers;
using System.Buffers.Binary;
using Devex.Snapshots.Entries;
using ZstdSharp;

namespace Devex.Snapshots.Pages;

/// <summary>
/// A page object: <c>DXPG</c>, the format, a salt of 24 bits (0 but where the object of that name is condemned), the length before compression (little-endian, 32 bits), one Zstandard frame.
/// </summary>
public static class Page
{
    private const int HeaderBytes = 12;

    /// <summary>Most bytes of a page object.</summary>
    public const int MaxObjectBytes = SnapshotFormat.MaxPageBytes + 64 * 1024;

    /// <summary>The object that holds <paramref name="entries"/>, which are in order.</summary>
    /// <param name="entries">One page of them.</param>
    /// <param name="salt">Gives the same entries another name; 24 bits.</param>
    public static byte[] Encode(IReadOnlyList<SnapshotEntry> entries, int salt = 0)
    {
        var writer = new ArrayBufferWriter<byte>(64 * 1024);
        PageEncoding.Write(writer, entries);
        if (writer.WrittenCount > SnapshotFormat.MaxPageBytes)
            throw new SnapshotFormatException("A page is over its limit.");
        using var compressor = new Compressor(PackLevel);
        var page = new byte[HeaderBytes + Compressor.GetCompressBound(writer.WrittenCount)];
        "DXPG"u8.CopyTo(page);
        page[4] = SnapshotFormat.Version;
        BinaryPrimitives.WriteUInt16LittleEndian(page.AsSpan(5), (ushort)salt);
        page[7] = (byte)(salt >> 16);
        BinaryPrimitives.WriteInt32LittleEndian(page.AsSpan(8), writer.WrittenCount);
        return page[..(HeaderBytes + compressor.Wrap(writer.WrittenSpan, page.AsSpan(HeaderBytes)))];
    }

    /// <summary>The entries of a page, each checked by itself and against its neighbours.</summary>
    /// <exception cref="SnapshotFormatException">It is damaged or was made to harm.</exception>
    public static IReadOnlyList<SnapshotEntry> Decode(ReadOnlySpan<byte> page)
    {
        if (page.Length is < HeaderBytes or > MaxObjectBytes || !page[..4].SequenceEqual("DXPG"u8) || page[4] != SnapshotFormat.Version)
            throw new SnapshotFormatException("Not a page of format 1.");
        var length = BinaryPrimitives.ReadInt32LittleEndian(page[8..]);
        if (length is < 1 or > SnapshotFormat.MaxPageBytes)
            throw new SnapshotFormatException("A page is over its limit.");
        var content = ArrayPool<byte>.Shared.Rent(length);
        try
        {
            return PageEncoding.Read(Unpack(page[HeaderBytes..], content.AsSpan(0, length)));
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(content);
        }
    }

    private const int PackLevel = Packs.PackWriter.DefaultLevel;

    private static ReadOnlySpan<byte> Unpack(ReadOnlySpan<byte> stored, Span<byte> content)
    {
        using var decompressor = new Decompressor();
        try
        {
            if (decompressor.Unwrap(stored, content) == content.Length)
                return content;
        }
        catch (ZstdException)
        {
        }
        throw new SnapshotFormatException("A page does not unpack to its length.");
    }
}
