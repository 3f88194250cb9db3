using Devex.Contracts.Snapshots;
using Devex.Snapshots.Entries;
using Devex.Snapshots.Packs;

namespace Devex.Snapshots.Roots;

/// <summary>
/// Makes a snapshot's page and pack lists: pages of <paramref name="parent"/> are carried over as they were counted, new ones are counted. The
/// outcome depends on nothing else, so that a commit sent twice has the same bytes.
/// </summary>
public sealed class ContentBuilder(SnapshotContent parent)
{
    private readonly Dictionary<(SnapshotScope, string), PageReference> _known = parent.Pages.DistinctBy(Key).ToDictionary(Key);
    private readonly Dictionary<PackName, PackReference> _knownPacks = parent.Packs.ToDictionary(Name);
    private readonly List<(PageReference Page, List<(PackName Pack, long Live)> Uses)> _pages = [];
    private SnapshotPath? _last;

    /// <summary>Adds a page that the parent has; false when it does not.</summary>
    public bool TryAdd(SnapshotScope scope, string hash)
    {
        if (!_known.TryGetValue((scope, hash), out var page))
            return false;
        Append(page, [.. page.Packs.Select(use => (Name(parent.Packs[use.Pack]), use.Live))]);
        return true;
    }

    /// <summary>Adds a page whose entries were read.</summary>
    public void Add(SnapshotScope scope, string hash, IReadOnlyList<SnapshotEntry> entries)
    {
        if (entries.Count == 0)
            throw new SnapshotFormatException("A page is empty.");
        var files = entries.Where(entry => entry.Kind == EntryKind.File).ToList();
        var uses = files.SelectMany(file => file.Chunks).SelectMany(chunk => chunk.Extents)
            .GroupBy(extent => extent.Pack).Select(group => (group.Key, group.Sum(extent => (long)extent.Length))).ToList();
        var page = new PageReference(
            scope, hash, entries.Count, files.Count, files.Sum(file => file.Size), entries[0].Path.ToString(), entries[^1].Path.ToString(), []);
        Append(page, uses);
    }

    /// <summary>Packs that the parent does not name.</summary>
    public IReadOnlyList<PackName> NewPacks() =>
        [.. _pages.SelectMany(page => page.Uses).Select(use => use.Pack).Distinct().Where(pack => !_knownPacks.ContainsKey(pack))];

    /// <summary>The lists; <paramref name="lengths"/> are those of <see cref="NewPacks"/>.</summary>
    public SnapshotContent Build(IReadOnlyDictionary<PackName, long> lengths)
    {
        var live = new Dictionary<PackName, long>();
        var order = new Dictionary<PackName, int>();
        foreach (var (pack, bytes) in _pages.SelectMany(page => page.Uses))
        {
            order.TryAdd(pack, order.Count);
            live[pack] = live.GetValueOrDefault(pack) + bytes;
        }
        var packs = order.OrderBy(pack => pack.Value).Select(pack => pack.Key).Select(pack => _knownPacks.TryGetValue(pack, out var known)
            ? known with { Live = live[pack] }
            : new PackReference(pack.Scope, pack.Hash.ToString(), lengths[pack], live[pack], live[pack]));
        var pages = _pages.Select(page => page.Page with { Packs = [.. page.Uses.Select(use => new PackUse(order[use.Pack], use.Live))] });
        return new SnapshotContent([.. pages], [.. packs]);
    }

    private void Append(PageReference page, List<(PackName, long)> uses)
    {
        if (!SnapshotPath.TryParse(page.First, out var first) || !SnapshotPath.TryParse(page.Last, out var last))
            throw new SnapshotFormatException("A page's first or last path is damaged.");
        if (_last is { } before && before >= first)
            throw new SnapshotFormatException("Pages are not in order.");
        _last = last;
        _pages.Add((page, uses));
    }

    private static (SnapshotScope, string) Key(PageReference page) => (page.Scope, page.Hash);

    private static PackName Name(PackReference pack) => new(pack.Scope, Digest.Parse(pack.Hash));
}
