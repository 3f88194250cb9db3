using Devex.Contracts;

namespace Devex.Core.Sessions.Store;

/// <summary>The right to move one session, held by one replica at a time.</summary>
internal interface ISessionLeases
{
    /// <summary>Null when another holds it.</summary>
    Task<ISessionLease?> TakeAsync(ReplId id, CancellationToken cancellationToken);
}

internal interface ISessionLease : IAsyncDisposable
{
    /// <summary>Greater than that of every lease of this REPL before.</summary>
    long Fence { get; }

    /// <summary>Cancelled when the lease could not be renewed in time: another may hold it.</summary>
    CancellationToken Lost { get; }
}
