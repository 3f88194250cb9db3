using System.Buffers;
using System.Security.Cryptography;
using Devex.Contracts;
using Devex.Contracts.Snapshots;
using Devex.Core.Snapshots;
using Devex.Snapshots;
using Devex.Snapshots.Entries;
using Devex.Snapshots.Packs;
using Devex.Snapshots.Pages;
using Devex.Snapshots.Roots;

namespace Devex.Core.Imports;

/// <summary>
/// Writes files that come from elsewhere as packs and pages of a user. Contents may come in any order; at most one pack and one chunk are in memory. What is
/// put and never named by a root is collected.
/// </summary>
internal sealed class SnapshotWriter : IDisposable
{
    private readonly UserId _owner;
    private readonly SnapshotObjects _objects;
    private readonly PackWriter _packs;
    private readonly Dictionary<PackName, long> _lengths = [];

    public SnapshotWriter(UserId owner, SnapshotObjects objects)
    {
        (_owner, _objects) = (owner, objects);
        _packs = new PackWriter(SnapshotScope.User, PutPackAsync);
    }

    /// <summary>Packs a file's content; the entry that is returned is complete once <see cref="CompleteAsync"/> has been called.</summary>
    /// <param name="file">Path, mode and time.</param>
    /// <param name="content">Exactly <paramref name="length"/> bytes.</param>
    /// <param name="length">Bytes.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    public async Task<SnapshotEntry> PackAsync(SnapshotEntry file, Stream content, long length, CancellationToken cancellationToken)
    {
        if (length == 0)
            return file with { Size = 0, Hash = Digest.Of([]) };
        if (length <= SnapshotFormat.ChunkedFileBytes)
        {
            var chunk = await PackChunkAsync(content, (int)length, cancellationToken);
            return file with { Size = length, Hash = chunk.Hash, Chunks = [chunk] };
        }
        using var hashes = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var hash = new byte[Digest.Size];
        var chunks = new List<Chunk>();
        for (var left = length; left > 0; left -= chunks[^1].Length)
        {
            chunks.Add(await PackChunkAsync(content, (int)Math.Min(SnapshotFormat.ChunkBytes, left), cancellationToken));
            chunks[^1].Hash.CopyTo(hash);
            hashes.AppendData(hash);
        }
        return file with { Size = length, Hash = new Digest(hashes.GetHashAndReset()), Chunks = chunks };
    }

    /// <summary>Puts the last pack and the pages of <paramref name="entries"/>, which are in order.</summary>
    public async Task<SnapshotContent> CompleteAsync(IEnumerable<SnapshotEntry> entries, CancellationToken cancellationToken)
    {
        if (await _packs.CompleteAsync(cancellationToken) is { } last)
            await PutPackAsync(last, cancellationToken);
        var builder = new ContentBuilder(new SnapshotContent([], []));
        foreach (var page in PageCutter.Cut(entries))
        {
            var bytes = Page.Encode(page);
            var hash = Digest.Of(bytes).ToString();
            await PutAsync(SnapshotObjectKind.Page, hash, bytes, cancellationToken);
            builder.Add(SnapshotScope.User, hash, page);
        }
        return builder.Build(_lengths);
    }

    public void Dispose() => _packs.Dispose();

    private async Task<Chunk> PackChunkAsync(Stream content, int length, CancellationToken cancellationToken)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var buffer = ArrayPool<byte>.Shared.Rent(SnapshotFormat.GroupBytes);
        try
        {
            await _packs.BeginAsync(length, cancellationToken);
            for (var left = length; left > 0;)
            {
                var part = buffer.AsMemory(0, Math.Min(left, SnapshotFormat.GroupBytes));
                await content.ReadExactlyAsync(part, cancellationToken);
                hash.AppendData(part.Span);
                await _packs.WriteAsync(part, cancellationToken);
                left -= part.Length;
            }
            return new Chunk(length, new Digest(hash.GetHashAndReset()), _packs.End());
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private async ValueTask PutPackAsync(SealedPack pack, CancellationToken cancellationToken)
    {
        _lengths[pack.Name] = pack.Bytes.Length;
        await PutAsync(SnapshotObjectKind.Pack, pack.Name.Hash.ToString(), pack.Bytes, cancellationToken);
    }

    private Task<bool> PutAsync(SnapshotObjectKind kind, string hash, ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken) =>
        _objects.PutNewAsync(SnapshotKeys.Object(_owner, kind, SnapshotScope.User, hash), bytes, "application/octet-stream", cancellationToken);
}
