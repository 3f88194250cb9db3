using System.Runtime.InteropServices;
using Devex.Snapshots;
using Devex.Snapshots.Entries;
using Devex.Snapshots.Packs;

namespace Devex.Runner.Saving;

/// <summary>Contents that the last commit or this save has in packs, by hash: a renamed or copied file is not uploaded again.</summary>
internal sealed class Contents
{
    private readonly Dictionary<Digest, Committed> _committed = [];
    private readonly Dictionary<Digest, Chunk> _fresh = [];

    /// <summary>Packs whose content is packed anew.</summary>
    public HashSet<PackName> Retired { get; set; } = [];

    /// <summary>Begins a save.</summary>
    public void Begin() => _fresh.Clear();

    /// <summary>Counts an entry that is committed.</summary>
    public void Add(SnapshotEntry entry)
    {
        foreach (var chunk in entry.Chunks)
        {
            ref var committed = ref CollectionsMarshal.GetValueRefOrAddDefault(_committed, chunk.Hash, out _);
            // The newest place counts: the older one may be in a pack that is about to be left.
            committed = new Committed(chunk, committed.Count + 1);
        }
    }

    /// <summary>Forgets an entry that is committed no more.</summary>
    public void Remove(SnapshotEntry entry)
    {
        foreach (var chunk in entry.Chunks)
        {
            if (!_committed.TryGetValue(chunk.Hash, out var committed))
                continue;
            if (committed.Count == 1)
                _committed.Remove(chunk.Hash);
            else
                _committed[chunk.Hash] = committed with { Count = committed.Count - 1 };
        }
    }

    /// <summary>A content that this save has packed.</summary>
    public void AddFresh(Chunk chunk) => _fresh.TryAdd(chunk.Hash, chunk);

    public Chunk? Find(Digest hash, int length) =>
        _fresh.TryGetValue(hash, out var fresh) && fresh.Length == length ? fresh
        : _committed.TryGetValue(hash, out var committed) && committed.Chunk.Length == length && !IsRetired(committed.Chunk) ? committed.Chunk
        : null;

    public bool IsRetired(SnapshotEntry entry) => Retired.Count > 0 && entry.Chunks.Any(IsRetired);

    private bool IsRetired(Chunk chunk) => Retired.Count > 0 && chunk.Extents.Any(extent => Retired.Contains(extent.Pack));

    private readonly record struct Committed(Chunk Chunk, int Count);
}
