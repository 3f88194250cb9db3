using Devex.Contracts;
using Devex.Contracts.Snapshots;

namespace Devex.Core.Snapshots;

/// <summary>Objects that collection will delete, for good; implemented by collection.</summary>
internal interface ICondemned
{
    /// <summary>
    /// Those of <paramref name="objects"/>, packs and pages in the owner's scope, that are condemned. Asked with everything that a commit or rescue names, right before it
    /// is written.
    /// </summary>
    Task<IReadOnlyList<SnapshotObject>> AmongAsync(UserId owner, IReadOnlyCollection<SnapshotObject> objects, CancellationToken cancellationToken);
}

/// <summary>Used where nothing is collected.</summary>
internal sealed class NothingCondemned : ICondemned
{
    public Task<IReadOnlyList<SnapshotObject>> AmongAsync(
        UserId owner, IReadOnlyCollection<SnapshotObject> objects, CancellationToken cancellationToken) => Task.FromResult<IReadOnlyList<SnapshotObject>>([]);
}
