using System.Collections.Concurrent;
using System.Runtime.InteropServices;

namespace Devex.Snapshots.Packs;

/// <summary>The memory of full packs, used again when one has been put: a save of many would else leave each of them to the collector. For one save.</summary>
public sealed class PackBuffers
{
    private readonly ConcurrentBag<byte[]> _free = [];

    internal byte[] Take() => _free.TryTake(out var buffer) ? buffer : GC.AllocateUninitializedArray<byte>(SnapshotFormat.MaxPackBytes + SnapshotFormat.GroupBytes);

    /// <summary>Gives back a pack that nobody reads any more.</summary>
    public void Return(SealedPack pack)
    {
        if (MemoryMarshal.TryGetArray(pack.Bytes, out var bytes) && bytes.Array!.Length == SnapshotFormat.MaxPackBytes + SnapshotFormat.GroupBytes)
            _free.Add(bytes.Array);
    }
}
