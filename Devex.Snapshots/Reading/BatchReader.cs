using System.Runtime.CompilerServices;
using Devex.Snapshots.Entries;
using Devex.Snapshots.Packs;

namespace Devex.Snapshots.Reading;

/// <summary>A file with its content.</summary>
/// <param name="Entry">The file.</param>
/// <param name="Content">Null when it is over the batch's limit: read it by <see cref="ContentReader"/>.</param>
public sealed record ReadFile(SnapshotEntry Entry, byte[]? Content);

/// <summary>
/// Reads many files in their order with few requests: those of one batch that lie near each other in a pack come by one range.
/// </summary>
public sealed class BatchReader(ISnapshotSource source)
{
    /// <summary>Files over this are not read in batches.</summary>
    public const int MaxFileBytes = 2 * 1024 * 1024;

    private const int BatchBytes = 8 * 1024 * 1024;
    private const int BatchFiles = 2_000;
    private const int Gap = 256 * 1024;
    private const int RangesAtOnce = 4;

    /// <summary>The same files in the same order, each with its content. Entries that are no files pass through.</summary>
    public async IAsyncEnumerable<ReadFile> ReadAsync(
        IAsyncEnumerable<SnapshotEntry> entries, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var batch = new List<SnapshotEntry>();
        var bytes = 0L;
        await foreach (var entry in entries.WithCancellation(cancellationToken))
        {
            batch.Add(entry);
            bytes += IsBatched(entry) ? entry.Size : 0;
            if (bytes < BatchBytes && batch.Count < BatchFiles)
                continue;
            foreach (var file in await FetchAsync(batch, cancellationToken))
                yield return file;
            batch.Clear();
            bytes = 0;
        }
        foreach (var file in await FetchAsync(batch, cancellationToken))
            yield return file;
    }

    private static bool IsBatched(SnapshotEntry entry) => entry.Kind == EntryKind.File && entry.Size <= MaxFileBytes;

    private async Task<List<ReadFile>> FetchAsync(List<SnapshotEntry> entries, CancellationToken cancellationToken)
    {
        var files = entries.ConvertAll(entry => new ReadFile(entry, IsBatched(entry) ? new byte[entry.Size] : null));
        var wanted = files.Where(file => file.Content is not null).SelectMany(Places).ToList();
        var ranges = wanted.GroupBy(place => place.Extent.Pack).SelectMany(pack => Ranges([.. pack.OrderBy(place => place.Extent.Offset)]));
        await Parallel.ForEachAsync(
            ranges, new ParallelOptions { MaxDegreeOfParallelism = RangesAtOnce, CancellationToken = cancellationToken },
            async (range, token) => await FetchAsync(range, token));
        foreach (var file in files.Where(file => file.Content is { Length: > 0 } content && Digest.Of(content) != file.Entry.Hash))
            throw new SnapshotFormatException($"{file.Entry.Path} has other content than its hash says.");
        return files;
    }

    private static IEnumerable<WantedExtent<(byte[] Content, int At)>> Places(ReadFile file)
    {
        var at = 0;
        foreach (var extent in file.Entry.Chunks.SelectMany(chunk => chunk.Extents))
        {
            yield return new WantedExtent<(byte[], int)>(extent, (file.Content!, at));
            at += extent.Length;
        }
    }

    private static IEnumerable<List<WantedExtent<(byte[] Content, int At)>>> Ranges(List<WantedExtent<(byte[] Content, int At)>> sorted)
    {
        var range = new List<WantedExtent<(byte[], int)>>();
        var end = 0;
        foreach (var place in sorted)
        {
            if (range.Count > 0 && place.Extent.Offset > end + Gap)
            {
                yield return range;
                range = [];
            }
            range.Add(place);
            end = Math.Max(end, place.Extent.Offset + place.Extent.Stored);
        }
        if (range.Count > 0)
            yield return range;
    }

    private async ValueTask FetchAsync(List<WantedExtent<(byte[] Content, int At)>> range, CancellationToken cancellationToken)
    {
        var first = range[0].Extent;
        var last = range.Max(place => place.Extent.Offset + place.Extent.Stored) - 1L;
        await using var stream = await source.OpenPackAsync(first.Pack, first.Offset, last, cancellationToken);
        await ExtentReader.ReadAsync(
            stream, first.Offset, range, (place, position, part) => part.CopyTo(place.Tag.Content.AsMemory(place.Tag.At + position)), cancellationToken);
    }
}
