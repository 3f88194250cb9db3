using System.Diagnostics.CodeAnalysis;
using Devex.Contracts;
using Devex.Core.Repls;
using Devex.Core.Storage;
using StackExchange.Redis;

namespace Devex.Core.Trash;

/// <summary>Removes REPLs that were in the trash for seven days: hourly, by one replica at a time.</summary>
internal sealed partial class TrashExpiry(
    ObjectStore store, ReplRemoval removal, ReplIndex index, IndexRepair repair, IConnectionMultiplexer redis, TimeProvider time,
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
            // Without this a Redis that was emptied would say that nothing is in the trash.
            await repair.EnsureAsync(cancellationToken);
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
        while (await timer.WaitForNextTickAsync(stoppingToken))
            await TryRunAsync(stoppingToken);
    }

    [SuppressMessage("Design", "CA1031", Justification = "A store that is away must not end this for good; the next round tries again.")]
    private async Task TryRunAsync(CancellationToken cancellationToken)
    {
        try
        {
            await RunAsync(cancellationToken);
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            LogFailed(e);
        }
    }

    private async Task TryExpireAsync(UserId owner, ReplId id, CancellationToken cancellationToken)
    {
        if (!await removal.IsSavedAsync(id, cancellationToken))
            return;
        var limit = time.GetUtcNow() - Kept;
        if (await removal.RemoveAsync(owner, id, record => record.DeletedAt <= limit, cancellationToken) is { DeletedAt: { } deletedAt })
            LogExpired(id, owner, deletedAt);
    }

    [LoggerMessage(LogLevel.Information, "{ReplId} of {Owner}, in the trash since {DeletedAt}, is removed for good")]
    private partial void LogExpired(ReplId replId, UserId owner, DateTimeOffset deletedAt);

    [LoggerMessage(LogLevel.Error, "The trash could not be looked through; it is tried again in an hour")]
    private partial void LogFailed(Exception exception);
}
