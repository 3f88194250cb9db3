using Devex.Contracts;
using Devex.Core.Sessions;
using Devex.Core.Storage;

namespace Devex.Core.Repls;

/// <summary>
/// The records of REPLs without a question of who asks: for the machinery. Requests of people go through <see cref="ReplStore"/>.
/// S3 is written first, the index follows; what a crash leaves between is repaired by <see cref="IndexRepair"/>.
/// </summary>
internal sealed class ReplRecords(ObjectStore store, ReplIndex index, IndexRepair repair) : IReplRecords
{
    /// <summary>Everything of one REPL is below this.</summary>
    public static string Folder(UserId owner, ReplId id) => $"users/{owner}/repls/{id}/";

    public static string Key(UserId owner, ReplId id) => Folder(owner, id) + "repl.json";

    /// <summary>A REPL by its id alone, from the index; null when there is none. What is in the trash is found as well.</summary>
    public async Task<ReplRecord?> FindAsync(ReplId id, CancellationToken cancellationToken) =>
        await index.FindAsync(id) ?? (await repair.EnsureAsync(cancellationToken) ? await index.FindAsync(id) : null);

    /// <summary>The truth in S3.</summary>
    public async Task<ReplRecord?> ReadAsync(UserId owner, ReplId id, CancellationToken cancellationToken) =>
        (await store.ReadAsync(Key(owner, id), CoreJson.Default.ReplRecord, cancellationToken))?.Value;

    public async Task CreateAsync(ReplRecord record, CancellationToken cancellationToken)
    {
        if (!await store.CreateAsync(Key(record.Owner, record.Id), record, CoreJson.Default.ReplRecord, cancellationToken))
            throw new InvalidOperationException($"The id {record.Id} is taken.");
        await index.PutAsync(record);
    }

    /// <summary>Removes a record for good, and then what the index knows of it.</summary>
    public async Task DeleteAsync(ReplRecord record, CancellationToken cancellationToken)
    {
        await store.DeleteAsync(Key(record.Owner, record.Id), cancellationToken);
        await index.RemoveAsync(record);
    }

    /// <summary>Changes the newest record; a change that returns its argument writes nothing. Null when there is none.</summary>
    public async Task<ReplRecord?> UpdateAsync(UserId owner, ReplId id, Func<ReplRecord, ReplRecord> change, CancellationToken cancellationToken)
    {
        var changed = await store.UpdateAsync(
            Key(owner, id),
            CoreJson.Default.ReplRecord,
            old => change(old) is var next && ReferenceEquals(next, old) ? old : next with { Revision = old.Revision + 1 },
            cancellationToken);
        if (changed is not null)
            await index.PutAsync(changed);
        return changed;
    }

    Task<ReplRecord?> IReplRecords.FindAsync(UserId owner, ReplId id, CancellationToken cancellationToken) => ReadAsync(owner, id, cancellationToken);

    async Task<IReadOnlyList<(UserId Owner, ReplId Id)>> IReplRecords.ActiveAsync(CancellationToken cancellationToken)
    {
        await repair.EnsureAsync(cancellationToken);
        return await index.ListWantedAsync();
    }

    Task IReplRecords.WantStoppedAsync(UserId owner, ReplId id, CancellationToken cancellationToken) => UpdateAsync(
        owner, id, record => record.Desired == DesiredState.Stopped ? record : record with { Desired = DesiredState.Stopped }, cancellationToken);
}
