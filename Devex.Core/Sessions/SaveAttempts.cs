using Devex.Contracts;
using Devex.Core.Sessions.Store;
using Devex.Core.Snapshots;

namespace Devex.Core.Sessions;

/// <summary>Reads what the reconciler wrote before it began an attempt.</summary>
internal sealed class SaveAttempts(ISessionStore store) : ISaveAttempts
{
    public async Task<bool> HoldsAsync(UserId owner, ReplId repl, string session, CancellationToken cancellationToken) =>
        await store.FindAsync(repl, cancellationToken) is { } record && record.Owner == owner && record.Session == session
        && (record.Phase is SessionPhase.Removing || record is { Phase: SessionPhase.Saving, Attempt: not null });
}
