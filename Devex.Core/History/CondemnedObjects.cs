using Devex.Contracts.Snapshots;
using Devex.Snapshots.Roots;

namespace Devex.Core.History;

internal static class CondemnedObjects
{
    /// <summary>The objects in the user's scope that a root with this content names.</summary>
    public static IReadOnlyList<SnapshotObject> Named(SnapshotContent content) =>
    [
        .. content.Packs.Where(pack => pack.Scope == SnapshotScope.User).Select(pack => new SnapshotObject(SnapshotObjectKind.Pack, pack.Scope, pack.Hash)),
        .. content.Pages.Where(page => page.Scope == SnapshotScope.User).Select(page => new SnapshotObject(SnapshotObjectKind.Page, page.Scope, page.Hash)),
    ];
}
