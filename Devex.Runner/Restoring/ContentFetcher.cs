using Devex.Contracts.Snapshots;
using Devex.Runner.Snapshots;
using Devex.Snapshots;
using Devex.Snapshots.Entries;
using Devex.Snapshots.Packs;
using Microsoft.Win32.SafeHandles;

namespace Devex.Runner.Restoring;

/// <summary>Where an extent goes.</summary>
internal sealed record Destination(SnapshotEntry File, long Offset);

/// <summary>
/// Fetches contents pack by pack, several at once, each range of a pack once, and writes them as they come. A file that is one piece is checked before it is
/// written, the others afterwards.
/// </summary>
internal sealed class ContentFetcher(ObjectTransfer transfer, Claimed claimed, TreeWriter tree, StageProgress progress)
{
    private const int Parallel = 6;

    /// <summary>A gap up to this is cheaper to read over than to ask for another range.</summary>
    private const int Gap = 512 * 1024;

    public async Task FetchAsync(IReadOnlyList<SnapshotEntry> files, CancellationToken cancellationToken)
    {
        var large = files.Where(file => !IsOnePiece(file)).ToList();
        foreach (var file in large)
        {
            using var handle = tree.Create(file);
            // What is empty stays a hole.
            RandomAccess.SetLength(handle, file.Size);
        }

        var packs = files.SelectMany(Extents).GroupBy(wanted => wanted.Extent.Pack).ToList();
        var objects = packs.Select(pack => new SnapshotObject(SnapshotObjectKind.Pack, pack.Key.Scope, pack.Key.Hash.ToString())).ToList();
        var addresses = await transfer.AddressesAsync(claimed.Token, claimed.Root.Number, objects, cancellationToken);
        var ranges = packs.Zip(objects, addresses).SelectMany(pack => Ranges(pack.First).Select(range => (Object: pack.Second, Address: pack.Third, Range: range)));
        var options = new ParallelOptions { MaxDegreeOfParallelism = Parallel, CancellationToken = cancellationToken };
        await System.Threading.Tasks.Parallel.ForEachAsync(
            ranges, options, async (range, token) => await FetchAsync(range.Object, range.Address, range.Range, token));

        await System.Threading.Tasks.Parallel.ForEachAsync(large, options, (file, _) =>
        {
            using var handle = tree.OpenForReading(file);
            if (FileHash.Of(handle, file.Size) != file.Hash)
                throw new SnapshotFormatException($"{file.Path} has other content than its hash says.");
            TreeWriter.Complete(file, handle);
            return ValueTask.CompletedTask;
        });
    }

    private async Task FetchAsync(SnapshotObject pack, string address, IReadOnlyList<WantedExtent<Destination>> extents, CancellationToken cancellationToken)
    {
        var first = extents[0].Extent.Offset;
        var last = extents.Max(wanted => wanted.Extent.Offset + wanted.Extent.Stored) - 1;
        var done = 0L;
        var again = false;
        await Retry.ForeverAsync(
            async () =>
            {
                progress.Add(-done);
                done = 0;
                // The address may have expired meanwhile.
                if (again)
                    address = (await transfer.AddressesAsync(claimed.Token, claimed.Root.Number, [pack], cancellationToken))[0];
                again = true;
                using var response = await transfer.GetRangeAsync(address, first, last, cancellationToken);
                using var open = new OpenFiles(tree);
                try
                {
                    await using var stream = await response.Content.ReadAsStreamAsync(cancellationToken);
                    await ExtentReader.ReadAsync(stream, first, extents, (wanted, position, content) =>
                    {
                        Receive(open, wanted, position, content);
                        done += content.Length;
                        progress.Add(content.Length);
                    }, cancellationToken);
                    return true;
                }
                catch (Exception e) when (e is HttpRequestException or HttpIOException)
                {
                    throw new OutOfReachException($"S3 broke off: {e.Message}");
                }
            },
            TimeProvider.System,
            cancellationToken,
            progress);
    }

    private void Receive(OpenFiles open, WantedExtent<Destination> wanted, int position, ReadOnlyMemory<byte> content)
    {
        var file = wanted.Tag.File;
        if (!IsOnePiece(file))
        {
            if (content.Span.ContainsAnyExcept((byte)0))
                RandomAccess.Write(open.Get(file), content.Span, wanted.Tag.Offset + position);
            if (position + content.Length == wanted.Extent.Length)
                open.Close(file);
            return;
        }
        if (content.Length != file.Size || Digest.Of(content.Span) != file.Hash)
            throw new SnapshotFormatException($"{file.Path} has other content than its hash says.");
        using var handle = tree.Create(file);
        RandomAccess.Write(handle, content.Span, 0);
        TreeWriter.Complete(file, handle);
    }

    /// <summary>Whether the packer put it into one group, as it does with all that fit.</summary>
    private static bool IsOnePiece(SnapshotEntry file) => file is { Size: <= SnapshotFormat.GroupBytes, Chunks: [{ Extents.Count: 1 }] };

    private static IEnumerable<WantedExtent<Destination>> Extents(SnapshotEntry file)
    {
        var offset = 0L;
        foreach (var extent in file.Chunks.SelectMany(chunk => chunk.Extents))
        {
            yield return new WantedExtent<Destination>(extent, new Destination(file, offset));
            offset += extent.Length;
        }
    }

    private static IEnumerable<IReadOnlyList<WantedExtent<Destination>>> Ranges(IEnumerable<WantedExtent<Destination>> extents)
    {
        var range = new List<WantedExtent<Destination>>();
        var end = 0;
        foreach (var wanted in extents.OrderBy(wanted => wanted.Extent.Offset))
        {
            if (range.Count > 0 && wanted.Extent.Offset > end + Gap)
            {
                yield return range;
                range = [];
            }
            range.Add(wanted);
            end = Math.Max(end, wanted.Extent.Offset + wanted.Extent.Stored);
        }
        if (range.Count > 0)
            yield return range;
    }

    /// <summary>Large files that one range is writing to.</summary>
    private sealed class OpenFiles(TreeWriter tree) : IDisposable
    {
        private readonly Dictionary<SnapshotPath, SafeFileHandle> _files = [];

        public SafeFileHandle Get(SnapshotEntry file) =>
            _files.TryGetValue(file.Path, out var handle) ? handle : _files[file.Path] = tree.OpenForWriting(file);

        public void Close(SnapshotEntry file)
        {
            if (_files.Remove(file.Path, out var handle))
                handle.Dispose();
        }

        public void Dispose()
        {
            foreach (var handle in _files.Values)
                handle.Dispose();
        }
    }
}
