using System.Buffers;
using System.Security.Cryptography;
using Devex.Runner.Snapshots;
using Devex.Snapshots;
using Devex.Snapshots.Entries;
using Devex.Snapshots.Packs;
using Microsoft.Win32.SafeHandles;

namespace Devex.Runner.Saving;

/// <summary>Reads a file and packs what is new of it.</summary>
internal sealed class FilePacker(Parts parts, PackWriter packs, Contents contents)
{
    /// <summary>The entry, null when the file could not be read to its end; and whether the file stood still meanwhile.</summary>
    public async ValueTask<(SnapshotEntry? Entry, bool Settled)> PackAsync(FoundItem item, CancellationToken cancellationToken)
    {
        using var file = Open(item);
        // Before it is read: a later store into a page that was dirty already would change no time, and never be found.
        Libc.BeginWriteBack(file);
        var entry = new SnapshotEntry { Path = item.Path, Kind = EntryKind.File, Mode = item.Status.Mode, Modified = item.Status.Modified, Size = item.Status.Size };
        var packed = entry.Size switch
        {
            0 => entry with { Hash = Digest.Of([]) },
            <= SnapshotFormat.ChunkedFileBytes => await PackWholeAsync(file, entry, cancellationToken),
            _ => await PackChunksAsync(file, entry, cancellationToken),
        };
        return (packed, packed is not null && Libc.TryStat(file, [], out var after) && after == item.Status);
    }

    private SafeFileHandle Open(FoundItem item)
    {
        using var folder = parts.OpenFolderOf(item.Path);
        var file = folder is null ? null : Libc.OpenAt(folder, item.Path.Name, Libc.ReadOnly | Libc.NoFollow | Libc.NonBlocking);
        return file ?? throw new UnreadableException(gone: Libc.LastError is Libc.NoEntry or Libc.TooManyLinks or Libc.NotFolder);
    }

    private async ValueTask<SnapshotEntry?> PackWholeAsync(SafeFileHandle file, SnapshotEntry entry, CancellationToken cancellationToken)
    {
        var chunk = entry.Size <= SnapshotFormat.GroupBytes
            ? await PackSmallAsync(file, (int)entry.Size, cancellationToken)
            : await PackStreamAsync(file, (int)entry.Size, cancellationToken);
        return chunk is null ? null : entry with { Hash = chunk.Hash, Chunks = [chunk] };
    }

    private async ValueTask<SnapshotEntry?> PackChunksAsync(SafeFileHandle file, SnapshotEntry entry, CancellationToken cancellationToken)
    {
        using var hashes = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var hash = new byte[Digest.Size];
        var chunks = new List<Chunk>();
        var data = Libc.SeekData(file, 0);
        for (var offset = 0L; offset < entry.Size; offset += SnapshotFormat.ChunkBytes)
        {
            if (data < offset)
                data = Libc.SeekData(file, offset);
            var length = (int)Math.Min(SnapshotFormat.ChunkBytes, entry.Size - offset);
            // A hole is not read: nobody waits for five empty gigabytes.
            var hole = length == SnapshotFormat.ChunkBytes && (data is null || data >= offset + length);
            if ((hole ? await PackHoleAsync(cancellationToken) : await PackSmallAsync(file, length, cancellationToken, offset)) is not { } chunk)
                return null;
            chunks.Add(chunk);
            chunk.Hash.CopyTo(hash);
            hashes.AppendData(hash);
        }
        return entry with { Hash = new Digest(hashes.GetHashAndReset()), Chunks = chunks };
    }

    private async ValueTask<Chunk?> PackHoleAsync(CancellationToken cancellationToken) =>
        contents.Find(FileHash.EmptyChunk, SnapshotFormat.ChunkBytes)
        ?? Added(new Chunk(SnapshotFormat.ChunkBytes, FileHash.EmptyChunk, await packs.AddAsync(new byte[SnapshotFormat.ChunkBytes], cancellationToken)));

    /// <summary>A content that is read into memory whole.</summary>
    private async ValueTask<Chunk?> PackSmallAsync(SafeFileHandle file, int length, CancellationToken cancellationToken, long offset = 0)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(length);
        try
        {
            for (var done = 0; done < length;)
            {
                var read = RandomAccess.Read(file, buffer.AsSpan(done, length - done), offset + done);
                if (read == 0)
                    return null;
                done += read;
            }
            var hash = Digest.Of(buffer.AsSpan(0, length));
            return contents.Find(hash, length) ?? Added(new Chunk(length, hash, await packs.AddAsync(buffer.AsMemory(0, length), cancellationToken)));
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>A content that is hashed first, and read again only when it is new.</summary>
    private async ValueTask<Chunk?> PackStreamAsync(SafeFileHandle file, int length, CancellationToken cancellationToken)
    {
        if (FileHash.Of(file, 0, length) is not { } hash)
            return null;
        if (contents.Find(hash, length) is { } known)
            return known;
        using var second = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var buffer = ArrayPool<byte>.Shared.Rent(SnapshotFormat.GroupBytes);
        try
        {
            await packs.BeginAsync(length, cancellationToken);
            for (var offset = 0; offset < length;)
            {
                var read = RandomAccess.Read(file, buffer.AsSpan(0, Math.Min(SnapshotFormat.GroupBytes, length - offset)), offset);
                if (read == 0)
                    break;
                second.AppendData(buffer, 0, read);
                await packs.WriteAsync(buffer.AsMemory(0, read), cancellationToken);
                offset += read;
            }
            var extents = packs.End();
            return new Digest(second.GetHashAndReset()) == hash ? Added(new Chunk(length, hash, extents)) : null;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private Chunk Added(Chunk chunk)
    {
        contents.AddFresh(chunk);
        return chunk;
    }
}

/// <summary>A file could not be opened or read.</summary>
internal sealed class UnreadableException(bool gone) : Exception("A file could not be read.")
{
    /// <summary>Whether it is not there any more, so that another walk decides.</summary>
    public bool Gone { get; } = gone;
}
