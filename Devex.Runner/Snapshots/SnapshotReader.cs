using Devex.Contracts.Snapshots;
using Devex.Snapshots;
using Devex.Snapshots.Entries;
using Devex.Snapshots.Pages;

namespace Devex.Runner.Snapshots;

/// <summary>Reads the entries of a root, each page checked by its hash and all of them as one tree.</summary>
internal sealed class SnapshotReader(ObjectTransfer transfer, TimeProvider time, IRetries? retries = null)
{
    public async Task<List<SnapshotEntry>> ReadAsync(string token, SnapshotRoot root, CancellationToken cancellationToken) =>
        [.. (await ReadPagesAsync(token, root, cancellationToken)).SelectMany(page => page)];

    /// <summary>The entries of each page of the root.</summary>
    public async Task<IReadOnlyList<SnapshotEntry>[]> ReadPagesAsync(string token, SnapshotRoot root, CancellationToken cancellationToken)
    {
        var pages = new IReadOnlyList<SnapshotEntry>[root.Pages.Count];
        await Retry.ForeverAsync(
            async () =>
            {
                var missing = Enumerable.Range(0, pages.Length).Where(index => pages[index] is null).ToList();
                var objects = missing.Select(index => root.Pages[index]).Select(page => new SnapshotObject(SnapshotObjectKind.Page, page.Scope, page.Hash)).ToList();
                var addresses = await transfer.AddressesAsync(token, root.Number, objects, cancellationToken);
                await Parallel.ForEachAsync(
                    missing.Zip(addresses), new ParallelOptions { MaxDegreeOfParallelism = 8, CancellationToken = cancellationToken }, async (page, cancel) =>
                        pages[page.First] = Page.Decode(await transfer.GetAsync(page.Second, Digest.Parse(root.Pages[page.First].Hash), Page.MaxObjectBytes, cancel)));
                return true;
            },
            time,
            cancellationToken,
            retries);

        var checker = new TreeChecker();
        foreach (var entry in pages.SelectMany(page => page))
            checker.Check(entry);
        return pages;
    }
}
