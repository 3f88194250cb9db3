using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;
using Devex.Core.Errors;
using Devex.Snapshots;
using Devex.Snapshots.Entries;

namespace Devex.Core.Imports;

/// <summary>Reads a zip archive. Names with backslashes are from Windows, where those part folders.</summary>
internal static class ZipImport
{
    private const int LinkKind = 0xa000;
    private const int KindMask = 0xf000;
    private const int DirectoryEntryBytes = 46;

    public static async Task ReadAsync(Stream archive, ImportTree tree, SnapshotWriter writer, ImportBudget budget, int maxEntries, CancellationToken cancellationToken)
    {
        // The library reads the whole directory before it tells how many there are.
        if (await CountAsync(archive, maxEntries, cancellationToken) > maxEntries)
            throw new ApiProblem(StatusCodes.Status413PayloadTooLarge, "import.entries", $"The archive has more than {maxEntries} files and folders, the most allowed here.");
        archive.Position = 0;
        try
        {
            await using var zip = await ZipArchive.CreateAsync(archive, ZipArchiveMode.Read, leaveOpen: true, entryNameEncoding: null, cancellationToken);
            foreach (var entry in zip.Entries)
                await AddAsync(entry, tree, writer, budget, cancellationToken);
        }
        catch (InvalidDataException)
        {
            throw Spool.Damaged();
        }
    }

    private static async Task AddAsync(ZipArchiveEntry entry, ImportTree tree, SnapshotWriter writer, ImportBudget budget, CancellationToken cancellationToken)
    {
        var name = entry.FullName.Replace('\\', '/');
        if (ImportTree.Place(Encoding.UTF8.GetBytes(name)) is not { } path)
            return;
        var unix = entry.ExternalAttributes >>> 16;
        var mode = (unix & 0x1ff) is > 0 and var bits ? bits : name.EndsWith('/') ? 0x1ed : 0x1a4;
        if (name.EndsWith('/'))
        {
            tree.Add(new SnapshotEntry { Path = path, Kind = EntryKind.Folder, Mode = mode | 0x1c0, Modified = 0 });
            return;
        }
        if (entry.IsEncrypted)
            throw ApiProblem.Invalid("archive", "import.encrypted", "The archive is encrypted. Unpack it, and import it without a password.");
        await using var packed = await entry.OpenAsync(cancellationToken);
        var crc = new Crc32();
        await using var content = await Spool.CopyAsync(packed, part =>
        {
            budget.Take(part.Length);
            crc.Add(part.Span);
        }, cancellationToken);
        // The library unpacks no more than an entry says it has, and says nothing when there was more.
        if (crc.Value != entry.Crc32)
            throw Spool.Damaged();
        var file = new SnapshotEntry { Path = path, Kind = EntryKind.File, Mode = mode, Modified = entry.LastWriteTime.ToUnixTimeMilliseconds() * 1_000_000 };
        tree.Add((unix & KindMask) == LinkKind ? await LinkAsync(file, content, cancellationToken) : await writer.PackAsync(file, content, content.Length, cancellationToken));
    }

    private static async Task<SnapshotEntry> LinkAsync(SnapshotEntry link, Stream content, CancellationToken cancellationToken)
    {
        if (content.Length is 0 or > SnapshotFormat.MaxLinkBytes)
            throw Spool.Damaged();
        var target = new byte[content.Length];
        await content.ReadExactlyAsync(target, cancellationToken);
        return target.Contains((byte)0) ? throw Spool.Damaged() : link with { Kind = EntryKind.Link, Target = target };
    }

    /// <summary>Entries of the directory at the end, counted by walking over it; no more than one over the limit.</summary>
    private static async Task<int> CountAsync(Stream archive, int most, CancellationToken cancellationToken)
    {
        var tail = new byte[Math.Min(archive.Length, 66_000)];
        archive.Position = archive.Length - tail.Length;
        await archive.ReadExactlyAsync(tail, cancellationToken);
        var end = tail.AsSpan().LastIndexOf("PK\u0005\u0006"u8);
        if (end < 0 || end + 22 > tail.Length)
            throw Spool.Damaged();
        long start = BinaryPrimitives.ReadUInt32LittleEndian(tail.AsSpan(end + 16));
        if (start == uint.MaxValue)
            start = await BigStartAsync(archive, tail.AsMemory(0, end), cancellationToken);
        if (start > archive.Length)
            throw Spool.Damaged();
        archive.Position = start;
        using var directory = new BufferedStream(new Unclosed(archive), 64 * 1024);
        var header = new byte[DirectoryEntryBytes];
        for (var count = 0; ; count++)
        {
            if (count > most || await directory.ReadAtLeastAsync(header, header.Length, false, cancellationToken) < header.Length || !header.AsSpan(0, 4).SequenceEqual("PK\u0001\u0002"u8))
                return count;
            var rest = BinaryPrimitives.ReadUInt16LittleEndian(header.AsSpan(28)) + BinaryPrimitives.ReadUInt16LittleEndian(header.AsSpan(30))
                + BinaryPrimitives.ReadUInt16LittleEndian(header.AsSpan(32));
            directory.Seek(rest, SeekOrigin.Current);
        }
    }

    /// <summary>Where the directory of an archive over 4 GiB, or of over 65,535 entries, begins.</summary>
    private static async Task<long> BigStartAsync(Stream archive, ReadOnlyMemory<byte> tail, CancellationToken cancellationToken)
    {
        var locator = tail.Span.LastIndexOf("PK\u0006\u0007"u8);
        if (locator < 0 || locator + 20 > tail.Length)
            throw Spool.Damaged();
        var at = BinaryPrimitives.ReadInt64LittleEndian(tail.Span[(locator + 8)..]);
        if (at < 0 || at > archive.Length - 56)
            throw Spool.Damaged();
        archive.Position = at;
        var record = new byte[56];
        await archive.ReadExactlyAsync(record, cancellationToken);
        var start = BinaryPrimitives.ReadInt64LittleEndian(record.AsSpan(48));
        return record.AsSpan(0, 4).SequenceEqual("PK\u0006\u0006"u8) && start >= 0 ? start : throw Spool.Damaged();
    }

    /// <summary>A buffer over it may be disposed of without it.</summary>
    private sealed class Unclosed(Stream inner) : Stream
    {
        public override bool CanRead => true;

        public override bool CanSeek => true;

        public override bool CanWrite => false;

        public override long Length => inner.Length;

        public override long Position { get => inner.Position; set => inner.Position = value; }

        public override int Read(byte[] buffer, int offset, int count) => inner.Read(buffer, offset, count);

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => inner.ReadAsync(buffer, cancellationToken);

        public override long Seek(long offset, SeekOrigin origin) => inner.Seek(offset, origin);

        public override void Flush()
        {
        }

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
