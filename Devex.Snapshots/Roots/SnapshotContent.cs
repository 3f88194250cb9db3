using Devex.Contracts.Snapshots;

namespace Devex.Snapshots.Roots;

/// <summary>What a root says of its content.</summary>
public sealed record SnapshotContent(IReadOnlyList<PageReference> Pages, IReadOnlyList<PackReference> Packs)
{
    public long Files => Pages.Sum(page => page.Files);

    public long Bytes => Pages.Sum(page => page.Bytes);

    public static SnapshotContent Of(SnapshotRoot root) => new(root.Pages, root.Packs);

    /// <summary>The pages and packs of both, as a parent for what is made of both; not itself in order.</summary>
    public SnapshotContent With(SnapshotContent other)
    {
        var packs = Packs.ToList();
        var index = packs.Select((pack, at) => (Key: (pack.Scope, pack.Hash), at)).ToDictionary(pack => pack.Key, pack => pack.at);
        foreach (var pack in other.Packs)
        {
            if (index.TryAdd((pack.Scope, pack.Hash), packs.Count))
                packs.Add(pack);
        }
        int Moved(PackUse use) => index[(other.Packs[use.Pack].Scope, other.Packs[use.Pack].Hash)];
        var pages = other.Pages.Select(page => page with { Packs = [.. page.Packs.Select(use => use with { Pack = Moved(use) })] });
        return new SnapshotContent([.. Pages, .. pages], packs);
    }
}
