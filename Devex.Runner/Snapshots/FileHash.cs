using System.Buffers;
using System.Security.Cryptography;
using Devex.Snapshots;
using Microsoft.Win32.SafeHandles;

namespace Devex.Runner.Snapshots;

/// <summary>Hashes as entries have them.</summary>
internal static class FileHash
{
    private static readonly Lazy<Digest> Empty = new(() => Digest.Of(new byte[SnapshotFormat.ChunkBytes]));

    /// <summary>SHA-256 of a chunk of zeros.</summary>
    public static Digest EmptyChunk => Empty.Value;

    /// <summary>SHA-256 of a file's content; of its chunks' hashes when it is chunked. Null when it has another size.</summary>
    public static Digest? Of(SafeFileHandle file, long size)
    {
        if (size <= SnapshotFormat.ChunkedFileBytes)
            return Of(file, 0, size);
        using var hashes = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Span<byte> chunk = stackalloc byte[Digest.Size];
        var data = Libc.SeekData(file, 0);
        for (var offset = 0L; offset < size; offset += SnapshotFormat.ChunkBytes)
        {
            if (data < offset)
                data = Libc.SeekData(file, offset);
            var length = Math.Min(SnapshotFormat.ChunkBytes, size - offset);
            var hole = length == SnapshotFormat.ChunkBytes && (data is null || data >= offset + length);
            if ((hole ? EmptyChunk : Of(file, offset, length)) is not { } hash)
                return null;
            hash.CopyTo(chunk);
            hashes.AppendData(chunk);
        }
        return new Digest(hashes.GetHashAndReset());
    }

    /// <summary>SHA-256 of a part; null when the file ends before it.</summary>
    public static Digest? Of(SafeFileHandle file, long offset, long length)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var buffer = ArrayPool<byte>.Shared.Rent(SnapshotFormat.GroupBytes);
        try
        {
            for (var end = offset + length; offset < end;)
            {
                var read = RandomAccess.Read(file, buffer.AsSpan(0, (int)Math.Min(SnapshotFormat.GroupBytes, end - offset)), offset);
                if (read == 0)
                    return null;
                hash.AppendData(buffer, 0, read);
                offset += read;
            }
            return new Digest(hash.GetHashAndReset());
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
