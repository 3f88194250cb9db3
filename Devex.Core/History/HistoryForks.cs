using Devex.Contracts;
using Devex.Contracts.Api;
using Devex.Core.Errors;
using Devex.Core.Repls;
using Devex.Core.Snapshots;
using Devex.Snapshots.Roots;

namespace Devex.Core.History;

/// <summary>Forks from any restore point: one root, whatever the workspace's size.</summary>
internal sealed class HistoryForks(RestorePoints points, RootChain chain, ICondemned condemned)
{
    /// <summary>Writes the first root of <paramref name="to"/>.</summary>
    /// <exception cref="ApiProblem">404 or 409 when the point is gone.</exception>
    public async Task<SavedState> ForkAsync(ReplRecord from, string point, ReplId to, CancellationToken cancellationToken)
    {
        var opened = await points.OpenAsync(from.Owner, from.Id, point, cancellationToken);
        var root = opened.Stored.Next("fork") with { Repl = to, Number = 1, Parent = null, AsOf = null, Stale = [] };
        if ((await condemned.AmongAsync(from.Owner, CondemnedObjects.Named(SnapshotContent.Of(root)), cancellationToken)).Count > 0)
            throw ApiProblem.Conflict("history.thinned", "This restore point was just thinned out. Reload, and choose one that is still there.");
        return (await chain.AppendAsync(from.Owner, root, cancellationToken)).Root.ToSaved();
    }
}
