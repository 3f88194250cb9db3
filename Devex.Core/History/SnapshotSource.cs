using Devex.Contracts;
using Devex.Contracts.Snapshots;
using Devex.Core.Snapshots;
using Devex.Snapshots;
using Devex.Snapshots.Entries;
using Devex.Snapshots.Packs;
using Devex.Snapshots.Pages;
using Devex.Snapshots.Reading;

namespace Devex.Core.History;

/// <summary>One user's pages and packs, straight from S3.</summary>
internal sealed class SnapshotSource(UserId owner, SnapshotObjects objects, PageCache cache) : ISnapshotSource
{
    public async ValueTask<IReadOnlyList<SnapshotEntry>> ReadPageAsync(PageReference page, CancellationToken cancellationToken)
    {
        var key = SnapshotKeys.Object(owner, SnapshotObjectKind.Page, page.Scope, page.Hash);
        if (cache.FindPage(key) is { } known)
            return known;
        var stored = await objects.GetAsync(key, Page.MaxObjectBytes, cancellationToken) ?? throw new SnapshotFormatException($"Page {page.Hash} is not there.");
        var entries = Page.Decode(stored.Bytes);
        cache.Keep(key, entries);
        return entries;
    }

    public async ValueTask<Stream> OpenPackAsync(PackName pack, long first, long last, CancellationToken cancellationToken) => await objects.OpenRangeAsync(
        SnapshotKeys.Object(owner, SnapshotObjectKind.Pack, pack.Scope, pack.Hash.ToString()), first, last, cancellationToken);
}
