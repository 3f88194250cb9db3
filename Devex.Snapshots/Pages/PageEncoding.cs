using System.Buffers;
using System.Runtime.InteropServices;
using Devex.Contracts.Snapshots;
using Devex.Snapshots.Entries;
using Devex.Snapshots.Packs;

namespace Devex.Snapshots.Pages;

/// <summary>
/// The bytes of a page before compression; numbers are those of <see cref="VarInt"/>.
/// <code>
/// packs     count, then per pack: scope (1 byte: 0 user, 1 template), SHA-256
/// entries   count, then per entry: path length, path, kind (1 byte), mode, modified (signed)
///   file      size, SHA-256 (unless empty), chunks: count when over 64 MiB (else 1, or 0 when empty, and not written)
///     chunk     SHA-256 when over 64 MiB, extents: count, then per extent: pack index, offset, stored, skip, length
///   link      target length, target
/// </code>
/// </summary>
internal static class PageEncoding
{
    public static void Write(ArrayBufferWriter<byte> writer, IReadOnlyList<SnapshotEntry> entries)
    {
        var packs = new Dictionary<PackName, int>();
        foreach (var extent in entries.SelectMany(entry => entry.Chunks).SelectMany(chunk => chunk.Extents))
            packs.TryAdd(extent.Pack, packs.Count);
        VarInt.Write(writer, (ulong)packs.Count);
        foreach (var pack in packs.OrderBy(pack => pack.Value).Select(pack => pack.Key))
        {
            writer.Write([(byte)pack.Scope]);
            Write(writer, pack.Hash);
        }
        VarInt.Write(writer, (ulong)entries.Count);
        foreach (var entry in entries)
            Write(writer, entry, packs);
    }

    public static List<SnapshotEntry> Read(ReadOnlySpan<byte> source)
    {
        var packs = new PackName[VarInt.ReadInt(ref source, source.Length / 33)];
        foreach (ref var pack in packs.AsSpan())
        {
            var scope = ReadByte(ref source);
            if (scope > 1)
                throw new SnapshotFormatException("A pack's scope is unknown.");
            pack = new PackName((SnapshotScope)scope, ReadDigest(ref source));
        }
        var count = VarInt.ReadInt(ref source, source.Length / 4);
        var entries = new List<SnapshotEntry>(count);
        for (var i = 0; i < count; i++)
        {
            var entry = ReadEntry(ref source, packs);
            if (i > 0 && CollectionsMarshal.AsSpan(entries)[i - 1].Path >= entry.Path)
                throw new SnapshotFormatException("A page's entries are not in order, or one comes twice.");
            entries.Add(entry);
        }
        return source.IsEmpty ? entries : throw new SnapshotFormatException("A page goes on after its last entry.");
    }

    private static void Write(ArrayBufferWriter<byte> writer, SnapshotEntry entry, Dictionary<PackName, int> packs)
    {
        VarInt.Write(writer, (ulong)entry.Path.Bytes.Length);
        writer.Write(entry.Path.Bytes);
        writer.Write([(byte)entry.Kind]);
        VarInt.Write(writer, (ulong)entry.Mode);
        VarInt.WriteSigned(writer, entry.Modified);
        if (entry.Kind == EntryKind.Link)
        {
            VarInt.Write(writer, (ulong)entry.Target.Length);
            writer.Write(entry.Target.Span);
        }
        if (entry.Kind != EntryKind.File)
            return;
        VarInt.Write(writer, (ulong)entry.Size);
        if (entry.Size == 0)
            return;
        Write(writer, entry.Hash);
        var chunked = entry.Size > SnapshotFormat.ChunkedFileBytes;
        foreach (var chunk in entry.Chunks)
        {
            if (chunked)
                Write(writer, chunk.Hash);
            VarInt.Write(writer, (ulong)chunk.Extents.Count);
            foreach (var extent in chunk.Extents)
            {
                VarInt.Write(writer, (ulong)packs[extent.Pack]);
                VarInt.Write(writer, (ulong)extent.Offset);
                VarInt.Write(writer, (ulong)extent.Stored);
                VarInt.Write(writer, (ulong)extent.Skip);
                VarInt.Write(writer, (ulong)extent.Length);
            }
        }
    }

    private static SnapshotEntry ReadEntry(ref ReadOnlySpan<byte> source, PackName[] packs)
    {
        var path = SnapshotPath.Parse(Take(ref source, VarInt.ReadInt(ref source, SnapshotFormat.MaxPathBytes)));
        var kind = (EntryKind)ReadByte(ref source);
        var mode = VarInt.ReadInt(ref source, 0x3ff);
        var modified = VarInt.ReadSigned(ref source);
        var entry = new SnapshotEntry { Path = path, Kind = kind, Mode = mode, Modified = modified };
        if (path.Depth == 1 && kind != EntryKind.Folder)
            throw new SnapshotFormatException("A part of a snapshot is not a folder.");
        return kind switch
        {
            EntryKind.Folder => entry,
            EntryKind.Link => entry with { Target = ReadTarget(ref source) },
            EntryKind.File => ReadFile(ref source, packs, entry),
            _ => throw new SnapshotFormatException("An entry's kind is unknown."),
        };
    }

    private static byte[] ReadTarget(ref ReadOnlySpan<byte> source)
    {
        var target = Take(ref source, VarInt.ReadInt(ref source, SnapshotFormat.MaxLinkBytes));
        return !target.IsEmpty && !target.Contains((byte)0) ? target.ToArray() : throw new SnapshotFormatException("A link has an impossible target.");
    }

    private static SnapshotEntry ReadFile(ref ReadOnlySpan<byte> source, PackName[] packs, SnapshotEntry entry)
    {
        var size = VarInt.Read(ref source);
        if (size > (ulong)SnapshotFormat.MaxChunks * SnapshotFormat.ChunkBytes)
            throw new SnapshotFormatException("A file is over its limit.");
        if (size == 0)
            return entry with { Hash = Digest.Of([]) };
        var hash = ReadDigest(ref source);
        var chunked = size > SnapshotFormat.ChunkedFileBytes;
        var chunks = new Chunk[chunked ? (int)((size + SnapshotFormat.ChunkBytes - 1) / SnapshotFormat.ChunkBytes) : 1];
        if (chunks.Length > source.Length)
            throw new SnapshotFormatException("A page ends within an entry.");
        for (var i = 0; i < chunks.Length; i++)
        {
            var length = chunked ? (int)Math.Min(SnapshotFormat.ChunkBytes, (long)size - (long)i * SnapshotFormat.ChunkBytes) : (int)size;
            chunks[i] = new Chunk(length, chunked ? ReadDigest(ref source) : hash, ReadExtents(ref source, packs, length));
        }
        return entry with { Size = (long)size, Hash = hash, Chunks = chunks };
    }

    private static Extent[] ReadExtents(ref ReadOnlySpan<byte> source, PackName[] packs, int length)
    {
        var extents = new Extent[VarInt.ReadInt(ref source, source.Length / 5)];
        var sum = 0L;
        for (var i = 0; i < extents.Length; i++)
        {
            var extent = extents[i] = new Extent
            {
                Pack = packs[VarInt.ReadInt(ref source, packs.Length - 1)],
                Offset = VarInt.ReadInt(ref source, SnapshotFormat.MaxPackBytes),
                Stored = VarInt.ReadInt(ref source, SnapshotFormat.MaxPackBytes),
                Skip = VarInt.ReadInt(ref source, SnapshotFormat.GroupBytes - 1),
                Length = VarInt.ReadInt(ref source, length),
            };
            if (extent.Length == 0 || extent.Offset < PackLayout.HeaderBytes || extent.Stored <= PackLayout.GroupHeaderBytes
                || extent.Offset + extent.Stored > SnapshotFormat.MaxPackBytes)
            {
                throw new SnapshotFormatException("A place in a pack is impossible.");
            }
            sum += extent.Length;
        }
        return sum == length ? extents : throw new SnapshotFormatException("The places of a file do not add up to its size.");
    }

    private static void Write(ArrayBufferWriter<byte> writer, Digest digest)
    {
        digest.CopyTo(writer.GetSpan(Digest.Size));
        writer.Advance(Digest.Size);
    }

    private static Digest ReadDigest(ref ReadOnlySpan<byte> source) => new(Take(ref source, Digest.Size));

    private static byte ReadByte(ref ReadOnlySpan<byte> source) => Take(ref source, 1)[0];

    private static ReadOnlySpan<byte> Take(ref ReadOnlySpan<byte> source, int length)
    {
        if (length > source.Length)
            throw new SnapshotFormatException("A page ends within an entry.");
        var taken = source[..length];
        source = source[length..];
        return taken;
    }
}
