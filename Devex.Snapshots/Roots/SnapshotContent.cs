using Devex.Contracts.Snapshots;

namespace Devex.Snapshots.Roots;

/// <summary>What a root says of its content.</summary>
public sealed record SnapshotContent(IReadOnlyList<PageReference> Pages, IReadOnlyList<PackReference> Packs)
{
    public long Files => Pages.Sum(page => page.Files);

    public long Bytes => Pages.Sum(page => page.Bytes);

    public static SnapshotContent Of(SnapshotRoot root) => new(root.Pages, root.Packs);
}
