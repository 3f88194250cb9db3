using Devex.Contracts;
using Devex.Core.Repls;
using Devex.Core.Sessions;
using Devex.Core.Sessions.Store;
using Devex.Core.Storage;
using StackExchange.Redis;

namespace Devex.Core.Trash;

/// <summary>
/// Removes REPLs that were in the trash for seven days: hourly, by one replica. First the record says so, after which nothing brings the REPL back;
/// then everything below its prefix goes, roots first of all, so that no root names a pack any more; then the record. A crash in between leaves
/// a record from which the next run goes on. Packs belong to the user, not to a REPL: those that no root names are for the collection.
/// </summary>
internal sealed partial class TrashExpiry(
    ObjectStore store, ReplRecords records, ReplIndex index, ISessionStore sessions, IConnectionMultiplexer redis, TimeProvider time,
    ILogger<TrashExpiry> logger) : BackgroundService
{
    public static readonly TimeSpan Kept = TimeSpan.FromDays(7);

    private static readonly TimeSpan Interval = TimeSpan.FromHours(1);
    private static readonly TimeSpan Lease = TimeSpan.FromMinutes(2);

    /// <summary>One run over all users; false when another replica is at it.</summary>
    public async Task<bool> RunAsync(CancellationToken cancellationToken)
    {
        var database = redis.GetDatabase();
        var token = Guid.NewGuid().ToString("n");
        if (!await database.LockTakeAsync(RedisKeys.TrashLease, token, Lease))
            return false;
        try
        {
            await foreach (var folder in store.FoldersAsync("users/", cancellationToken))
            {
                if (!UserId.TryParse(folder, out var user))
                    continue;
                foreach (var id in await index.ListTrashAsync(user))
                {
                    // Whoever lost the lease may finish what it is at: every act may be done twice.
                    if (!await database.LockExtendAsync(RedisKeys.TrashLease, token, Lease))
                        return true;
                    await TryExpireAsync(user, id, cancellationToken);
                }
            }
            return true;
        }
        finally
        {
            await database.LockReleaseAsync(RedisKeys.TrashLease, token);
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, time);
        do
        {
            try
            {
                await RunAsync(stoppingToken);
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                LogFailed(e);
            }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    private async Task TryExpireAsync(UserId owner, ReplId id, CancellationToken cancellationToken)
    {
        // What is not saved yet stays, however old: its session ends first.
        if (await sessions.FindAsync(id, cancellationToken) is { Phase: not SessionPhase.Stopped })
            return;
        var now = time.GetUtcNow();
        var record = await records.UpdateAsync(
            owner, id, old => old.ExpiredAt is null && old.DeletedAt <= now - Kept ? old with { ExpiredAt = now } : old, cancellationToken);
        if (record?.ExpiredAt is null)
            return;
        var prefix = ReplRecords.Folder(owner, id);
        var key = ReplRecords.Key(owner, id);
        await foreach (var found in store.KeysAsync(prefix, cancellationToken))
        {
            if (found != key)
                await store.DeleteAsync(found, cancellationToken);
        }
        await records.DeleteAsync(record, cancellationToken);
        await sessions.DeleteAsync(id, cancellationToken);
        LogExpired(id, owner, record.DeletedAt!.Value);
    }

    [LoggerMessage(LogLevel.Information, "{ReplId} of {Owner}, in the trash since {DeletedAt}, is removed for good")]
    private partial void LogExpired(ReplId replId, UserId owner, DateTimeOffset deletedAt);

    [LoggerMessage(LogLevel.Error, "The trash could not be looked through; it is tried again in an hour")]
    private partial void LogFailed(Exception exception);
}
