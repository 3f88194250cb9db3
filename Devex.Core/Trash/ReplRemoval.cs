using Devex.Contracts;
using Devex.Core.Repls;
using Devex.Core.Sessions;
using Devex.Core.Sessions.Store;
using Devex.Core.Snapshots;

namespace Devex.Core.Trash;

/// <summary>
/// Removes a REPL for good. First the record says so, after which nothing brings the REPL back; then everything below its prefix goes, its roots
/// with it; then the record. A crash in between leaves a record from which the next run goes on. Packs and pages belong to the user, not to a
/// REPL: those that no root names any more are for the collection.
/// </summary>
internal sealed class ReplRemoval(SnapshotObjects objects, ReplRecords records, ISessionStore sessions, TimeProvider time)
{
    /// <summary>Whether no session holds what is not saved yet. Such a REPL stays, however old: its session ends first.</summary>
    public async Task<bool> IsSavedAsync(ReplId id, CancellationToken cancellationToken) =>
        await sessions.FindAsync(id, cancellationToken) is null or { Phase: SessionPhase.Stopped };

    /// <summary>The record as it was in the end; null when there is none, or it is not due.</summary>
    public async Task<ReplRecord?> RemoveAsync(UserId owner, ReplId id, Func<ReplRecord, bool> isDue, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        ReplRecord Expire(ReplRecord old) =>
            old.ExpiredAt is null && isDue(old) ? old with { DeletedAt = old.DeletedAt ?? now, ExpiredAt = now, Desired = DesiredState.Stopped } : old;
        var record = await records.UpdateAsync(owner, id, Expire, cancellationToken);
        if (record?.ExpiredAt is null)
            return null;
        var key = ReplRecords.Key(owner, id);
        var found = await objects.ListAllAsync(ReplRecords.Folder(owner, id), cancellationToken);
        await objects.DeleteAsync([.. found.Select(item => item.Key).Where(other => other != key)], cancellationToken);
        await records.DeleteAsync(record, cancellationToken);
        await sessions.DeleteAsync(id, cancellationToken);
        return record;
    }
}
