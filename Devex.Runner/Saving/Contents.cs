using Devex.Snapshots;
using Devex.Snapshots.Entries;

namespace Devex.Runner.Saving;

/// <summary>Contents that the last commit or this save has in packs, by hash: a renamed or copied file is not uploaded again.</summary>
internal sealed class Contents
{
    private readonly Dictionary<Digest, Chunk> _chunks = [];

    public void Add(SnapshotEntry entry)
    {
        foreach (var chunk in entry.Chunks)
            _chunks.TryAdd(chunk.Hash, chunk);
    }

    public void Add(Chunk chunk) => _chunks.TryAdd(chunk.Hash, chunk);

    public Chunk? Find(Digest hash, int length) => _chunks.TryGetValue(hash, out var chunk) && chunk.Length == length ? chunk : null;
}
