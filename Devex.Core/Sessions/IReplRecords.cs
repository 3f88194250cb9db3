using Devex.Contracts;
using Devex.Core.Repls;

namespace Devex.Core.Sessions;

/// <summary>What sessions need of the REPLs' records; bound to ReplStore.</summary>
internal interface IReplRecords
{
    /// <summary>One record, as it is in S3 now; null when there is none.</summary>
    Task<ReplRecord?> FindAsync(UserId owner, ReplId id, CancellationToken cancellationToken);

    /// <summary>REPLs that are wanted running.</summary>
    Task<IReadOnlyList<(UserId Owner, ReplId Id)>> ActiveAsync(CancellationToken cancellationToken);

    /// <summary>Writes <see cref="ReplRecord.Desired"/> as Stopped: after a failed start, for idleness, and when the whole stack ends.</summary>
    Task WantStoppedAsync(UserId owner, ReplId id, CancellationToken cancellationToken);
}
