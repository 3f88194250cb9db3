using System.Globalization;
using System.IO.Compression;
using System.Text;
using Devex.Core.Errors;
using Devex.Snapshots;
using Devex.Snapshots.Entries;

namespace Devex.Core.Imports;

/// <summary>
/// Reads a tar archive in one pass: ustar, with PAX headers (paths, links, sizes, times) and GNU long names. By hand because every length in it is bounded before
/// anything is read, and because names are bytes.
/// </summary>
/// <remarks>Source of the format: POSIX.1-2017, pax, "ustar Interchange Format"; GNU tar manual, "Basic Tar Format".</remarks>
internal sealed class TarImport(Stream archive, ImportTree tree, SnapshotWriter writer, ImportBudget budget, int maxEntries)
{
    private const int BlockBytes = 512;
    private const int MaxHeaderBytes = 64 * 1024;

    private readonly byte[] _block = new byte[BlockBytes];
    private readonly Dictionary<string, byte[]> _extended = [];
    private int _headers;

    /// <summary>Unpacks gzip where that is what it is.</summary>
    public static async Task ReadAsync(
        Stream archive, bool isGzip, ImportTree tree, SnapshotWriter writer, ImportBudget budget, int maxEntries, CancellationToken cancellationToken)
    {
        await using Stream plain = isGzip ? new GZipStream(archive, CompressionMode.Decompress, leaveOpen: true) : archive;
        try
        {
            await new TarImport(plain, tree, writer, budget, maxEntries).ReadAsync(cancellationToken);
        }
        catch (Exception e) when (e is InvalidDataException or EndOfStreamException)
        {
            throw Spool.Damaged();
        }
    }

    private async Task ReadAsync(CancellationToken cancellationToken)
    {
        // Two blocks of zeros end an archive, and so does the end of its bytes.
        while (await archive.ReadAtLeastAsync(_block, BlockBytes, false, cancellationToken) is > 0 and var read)
        {
            if (read < BlockBytes)
                throw Spool.Damaged();
            if (!_block.AsSpan().ContainsAnyExcept((byte)0))
                return;
            budget.Take(BlockBytes);
            // Headers of headers count too: an archive of nothing else would never end.
            if (++_headers > 3 * maxEntries)
                throw new ApiProblem(StatusCodes.Status413PayloadTooLarge, "import.entries", $"The archive has more than {maxEntries} files and folders, the most allowed here.");
            Check();
            var size = Extended("size") is { } text ? Decimal(text) : Number(_block.AsSpan(124, 12));
            var type = (char)_block[156];
            switch (type)
            {
                case 'x' or 'L' or 'K':
                    await ReadExtendedAsync(type, size, cancellationToken);
                    continue;
                case 'g':
                    await SkipAsync(Padded(size), cancellationToken);
                    continue;
            }
            await AddAsync(type, size, cancellationToken);
            _extended.Clear();
        }
    }

    private async Task AddAsync(char type, long size, CancellationToken cancellationToken)
    {
        var name = Extended("path") ?? Name();
        var path = ImportTree.Place(name);
        var file = path is not { } place ? null : new SnapshotEntry
        {
            Path = place,
            Kind = EntryKind.File,
            Mode = (int)Number(_block.AsSpan(100, 8)) & 0x1ff,
            Modified = Modified(),
        };
        // What is neither file, folder nor link (devices, pipes, sparse files) is left out.
        if (file is null || type is not ('0' or '\0' or '7' or '1' or '2' or '5'))
        {
            await SkipAsync(Padded(type is '1' or '2' or '3' or '4' or '5' or '6' ? 0 : size), cancellationToken);
            return;
        }
        var target = Extended("linkpath") ?? Text(_block.AsSpan(157, 100));
        switch (type)
        {
            case '5':
                tree.Add(file with { Kind = EntryKind.Folder, Modified = 0, Mode = file.Mode | 0x1c0 });
                break;
            case '2' when target.Length is > 0 and <= SnapshotFormat.MaxLinkBytes:
                tree.Add(file with { Kind = EntryKind.Link, Target = target });
                break;
            case '1' when ImportTree.Place(target) is { } source && tree.Find(source) is { Kind: EntryKind.File } first:
                budget.Take(first.Size);
                tree.Add(first with { Path = file.Path });
                break;
            case '1' or '2':
                throw Spool.Damaged();
            default:
                budget.Take(size);
                tree.Add(await writer.PackAsync(file, archive, size, cancellationToken));
                await SkipAsync(Padded(size) - size, cancellationToken);
                break;
        }
    }

    private async Task ReadExtendedAsync(char type, long size, CancellationToken cancellationToken)
    {
        if (size is < 1 or > MaxHeaderBytes)
            throw Spool.Damaged();
        var content = new byte[Padded(size)];
        await archive.ReadExactlyAsync(content, cancellationToken);
        budget.Take(content.Length);
        if (type == 'x')
            ReadRecords(content.AsSpan(0, (int)size));
        else
            _extended[type == 'L' ? "path" : "linkpath"] = Text(content.AsSpan(0, (int)size));
    }

    /// <summary>PAX records: <c>{length} {key}={value}\n</c>, the length in decimal and of the whole record.</summary>
    private void ReadRecords(ReadOnlySpan<byte> records)
    {
        while (records.Length > 0)
        {
            var space = records.IndexOf((byte)' ');
            if (space < 1 || !int.TryParse(records[..space], NumberStyles.None, CultureInfo.InvariantCulture, out var length) || length <= space + 1 || length > records.Length)
                throw Spool.Damaged();
            var record = records[(space + 1)..(length - 1)];
            var equals = record.IndexOf((byte)'=');
            if (equals < 1)
                throw Spool.Damaged();
            _extended[Encoding.UTF8.GetString(record[..equals])] = record[(equals + 1)..].ToArray();
            records = records[length..];
        }
    }

    private byte[]? Extended(string key) => _extended.GetValueOrDefault(key);

    private byte[] Name()
    {
        var name = Text(_block.AsSpan(0, 100));
        return _block.AsSpan(257, 5).SequenceEqual("ustar"u8) && _block[262] == 0 && Text(_block.AsSpan(345, 155)) is { Length: > 0 } prefix
            ? [.. prefix, (byte)'/', .. name]
            : name;
    }

    private long Modified()
    {
        var seconds = Extended("mtime") is { } text && double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var exact)
            ? exact
            : Number(_block.AsSpan(136, 12));
        return seconds is > 0 and < 9_000_000_000 ? (long)(seconds * 1_000_000_000) : 0;
    }

    private static byte[] Text(ReadOnlySpan<byte> field) => field[..(field.IndexOf((byte)0) is >= 0 and var end ? end : field.Length)].ToArray();

    private static long Padded(long size) => (size + BlockBytes - 1) / BlockBytes * BlockBytes;

    private static long Decimal(ReadOnlySpan<byte> text) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number < long.MaxValue - BlockBytes ? number : throw Spool.Damaged();

    /// <summary>Octal, or, with the first bit set, big-endian binary.</summary>
    private static long Number(ReadOnlySpan<byte> field)
    {
        var value = 0L;
        if ((field[0] & 0x80) != 0)
        {
            foreach (var part in field[^8..])
                value = (value << 8) | part;
            return value is >= 0 and < long.MaxValue - BlockBytes ? value : throw Spool.Damaged();
        }
        foreach (var digit in field.Trim(" \0"u8))
        {
            if (digit is < (byte)'0' or > (byte)'7')
                throw Spool.Damaged();
            value = (value << 3) | (uint)(digit - '0');
        }
        return value;
    }

    private void Check()
    {
        var sum = 0;
        for (var i = 0; i < BlockBytes; i++)
            sum += i is >= 148 and < 156 ? ' ' : _block[i];
        if (sum != Number(_block.AsSpan(148, 8)))
            throw Spool.Damaged();
    }

    private async Task SkipAsync(long count, CancellationToken cancellationToken)
    {
        var buffer = new byte[64 * 1024];
        while (count > 0)
        {
            var read = await archive.ReadAsync(buffer.AsMemory(0, (int)Math.Min(buffer.Length, count)), cancellationToken);
            if (read == 0)
                throw Spool.Damaged();
            budget.Take(read);
            count -= read;
        }
    }
}
