using Devex.Contracts.Snapshots;
using Devex.Snapshots;
using Devex.Snapshots.Packs;

namespace Devex.Runner.Saving;

/// <summary>Packs whose live content is written anew: many small ones cost a restore a request each, and half-dead ones cost storage.</summary>
internal static class Packs
{
    private const int Small = 1024 * 1024, MostSmall = 64;

    public static IEnumerable<PackName> ToRetire(SnapshotRoot root)
    {
        var small = root.Packs.Where(pack => pack is { Scope: SnapshotScope.User, Bytes: < Small }).ToList();
        var wasted = root.Packs.Where(pack => pack.Scope == SnapshotScope.User && pack.Bytes >= Small && pack.Live * 2 < pack.Content);
        return (small.Count > MostSmall ? wasted.Concat(small) : wasted).Select(pack => new PackName(pack.Scope, Digest.Parse(pack.Hash)));
    }
}
