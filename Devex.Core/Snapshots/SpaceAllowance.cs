using Devex.Contracts;
using Devex.Contracts.Snapshots;
using Microsoft.Extensions.Options;

namespace Devex.Core.Snapshots;

/// <summary>What one REPL may hold: its own limit, or what the owner's other REPLs leave of theirs.</summary>
internal sealed class SpaceAllowance(ISpaceUse use, IOptions<SpaceLimits> limits)
{
    public async Task<SnapshotLimits> OfAsync(UserId owner, ReplId repl, CancellationToken cancellationToken)
    {
        var others = await use.OthersAsync(owner, repl, cancellationToken);
        var (bytes, files) = (Math.Max(0, limits.Value.UserBytes - others.Bytes), Math.Max(0, limits.Value.UserFiles - others.Files));
        return new SnapshotLimits(
            Math.Min(limits.Value.Bytes, bytes), Math.Min(limits.Value.Files, files), bytes < limits.Value.Bytes || files < limits.Value.Files);
    }
}
