using Devex.Snapshots.Entries;
using Microsoft.Extensions.Caching.Memory;
using Microsoft.Extensions.Options;

namespace Devex.Core.History;

/// <summary>
/// Pages and roots that were read lately, bounded by what they take in memory. Objects of a name never change, so nothing is ever out of date.
/// </summary>
internal sealed class PageCache(IOptions<HistoryOptions> options) : IDisposable
{
    private const int BytesPerEntry = 400;

    private readonly MemoryCache _cache = new(new MemoryCacheOptions { SizeLimit = options.Value.CacheBytes });

    public IReadOnlyList<SnapshotEntry>? FindPage(string key) => _cache.Get<IReadOnlyList<SnapshotEntry>>(key);

    public void Keep(string key, IReadOnlyList<SnapshotEntry> entries) =>
        _cache.Set(key, entries, new MemoryCacheEntryOptions { Size = Math.Max(1, entries.Count) * BytesPerEntry });

    public Snapshots.StoredRoot? FindRoot(string key) => _cache.Get<Snapshots.StoredRoot>(key);

    public void Keep(string key, Snapshots.StoredRoot root) =>
        _cache.Set(key, root, new MemoryCacheEntryOptions { Size = root.Bytes.Length * 4L });

    public void Dispose() => _cache.Dispose();
}
