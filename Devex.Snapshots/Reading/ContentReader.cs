using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using Devex.Snapshots.Entries;
using Devex.Snapshots.Packs;

namespace Devex.Snapshots.Reading;

/// <summary>
/// Reads contents by the ranges of packs that hold them. What is read whole is checked against its hash.
/// </summary>
public sealed class ContentReader(ISnapshotSource source)
{
    /// <summary>
    /// Bytes <paramref name="start"/> to <paramref name="start"/> + <paramref name="length"/> of a file; each part is valid until the next is asked for. A place
    /// within an extent is found by reading the extent from its beginning.
    /// </summary>
    /// <exception cref="SnapshotFormatException">The content is damaged; parts may have been given before.</exception>
    public async IAsyncEnumerable<ReadOnlyMemory<byte>> ReadAsync(
        SnapshotEntry file, long start, long length, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var position = 0L;
        var end = start + length;
        foreach (var chunk in file.Chunks)
        {
            var (from, to) = (position, position + chunk.Length);
            position = to;
            if (to <= start || from >= end)
                continue;
            var whole = from >= start && to <= end;
            using var hash = whole ? IncrementalHash.CreateHash(HashAlgorithmName.SHA256) : null;
            await foreach (var part in ReadAsync(chunk, Math.Max(0, start - from), Math.Min(chunk.Length, end - from), cancellationToken))
            {
                hash?.AppendData(part.Span);
                yield return part;
            }
            if (hash is not null && new Digest(hash.GetHashAndReset()) != chunk.Hash)
                throw new SnapshotFormatException($"{file.Path} has other content than its hash says.");
        }
    }

    /// <summary>The same, in memory.</summary>
    public async Task<byte[]> ReadBytesAsync(SnapshotEntry file, int maxBytes, CancellationToken cancellationToken)
    {
        var bytes = new byte[Math.Min(file.Size, maxBytes)];
        var done = 0;
        await foreach (var part in ReadAsync(file, 0, bytes.Length, cancellationToken))
        {
            part.CopyTo(bytes.AsMemory(done));
            done += part.Length;
        }
        return done == bytes.Length ? bytes : throw new SnapshotFormatException($"{file.Path} is shorter than its size.");
    }

    private async IAsyncEnumerable<ReadOnlyMemory<byte>> ReadAsync(
        Chunk chunk, long from, long to, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var position = 0L;
        foreach (var extent in chunk.Extents)
        {
            var (first, last) = (position, position + extent.Length);
            position = last;
            if (last <= from || first >= to)
                continue;
            await foreach (var part in ReadAsync(extent, cancellationToken))
            {
                var skip = (int)Math.Clamp(from - first, 0, part.Length);
                var take = (int)Math.Clamp(to - first, 0, part.Length) - skip;
                first += part.Length;
                if (take > 0)
                    yield return part.Slice(skip, take);
                if (first >= to)
                    break;
            }
        }
    }

    private async IAsyncEnumerable<ReadOnlyMemory<byte>> ReadAsync(Extent extent, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await using var range = await source.OpenPackAsync(extent.Pack, extent.Offset, extent.Offset + extent.Stored - 1L, cancellationToken);
        using var reader = new PackReader(range, extent.Offset);
        var (skip, left) = (extent.Skip, extent.Length);
        while (left > 0)
        {
            var content = await reader.NextAsync(cancellationToken) ?? throw new SnapshotFormatException("A pack ends before a file does.");
            var part = content[Math.Min(skip, content.Length)..];
            part = part[..Math.Min(left, part.Length)];
            skip = Math.Max(0, skip - content.Length);
            left -= part.Length;
            if (part.Length > 0)
                yield return part;
        }
    }
}
