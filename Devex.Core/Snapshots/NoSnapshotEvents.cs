using Devex.Contracts;
using Devex.Contracts.Api;
using Devex.Contracts.Snapshots;

namespace Devex.Core.Snapshots;

/// <summary>Used where nobody listens.</summary>
internal sealed class NoSnapshotEvents : ISnapshotEvents
{
    public Task CommittedAsync(UserId owner, ReplId id, SavedState saved, CancellationToken cancellationToken) => Task.CompletedTask;

    public Task ProgressAsync(UserId owner, ReplId id, string session, ProgressReport report, CancellationToken cancellationToken) => Task.CompletedTask;
}
