using Devex.Contracts.Snapshots;
using Devex.Runner.Snapshots;
using Devex.Snapshots.Packs;

namespace Devex.Runner.Saving;

/// <summary>Uploads finished packs while the next one is packed; two at a time bound memory.</summary>
internal sealed class PackUploads(ObjectTransfer transfer, string token, PackBuffers buffers)
{
    private const int AtOnce = 2;

    private readonly List<Task> _running = [];

    public async ValueTask AddAsync(SealedPack pack, CancellationToken cancellationToken)
    {
        while (_running.Count >= AtOnce)
        {
            var done = await Task.WhenAny(_running);
            _running.Remove(done);
            await done;
        }
        _running.Add(UploadAsync(pack, cancellationToken));
    }

    /// <summary>Waits for all of them.</summary>
    public async Task CompleteAsync()
    {
        await Task.WhenAll(_running);
        _running.Clear();
    }

    private async Task UploadAsync(SealedPack pack, CancellationToken cancellationToken)
    {
        // The packer goes on at once, also while this connects.
        await Task.Yield();
        var item = new UploadObject(SnapshotObjectKind.Pack, pack.Name.Hash.ToString(), pack.Bytes.Length);
        await transfer.PutAsync(token, [(item, pack.Bytes)], cancellationToken);
        buffers.Return(pack);
    }
}
