using System.Globalization;
using Devex.Contracts;
using Devex.Core.Identity;
using Devex.Core.Storage;
using StackExchange.Redis;

namespace Devex.Core.Repls;

/// <summary>
/// Makes the index anew from S3: at start, hourly, and at once when Redis was found empty. Entries without a record are removed only
/// when they are older than the listing by <see cref="Grace"/>, so that a REPL in the making is not taken for a leftover.
/// </summary>
internal sealed partial class IndexRepair(
    ObjectStore store, ReplIndex index, KeptKeys keys, IConnectionMultiplexer redis, TimeProvider time, ILogger<IndexRepair> logger) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromHours(1);
    private static readonly TimeSpan Grace = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan Lease = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(50);

    /// <summary>Sees to it that the index is complete. True: it was not, so that what was not found may be there now.</summary>
    public async Task<bool> EnsureAsync(CancellationToken cancellationToken)
    {
        var missing = false;
        while (!await index.IsCompleteAsync())
        {
            missing = true;
            if (!await TryRunAsync(onlyIfIncomplete: true, cancellationToken))
                await Task.Delay(Poll, cancellationToken);
        }
        return missing;
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, time);
        do
        {
            try
            {
                await TryRunAsync(onlyIfIncomplete: false, stoppingToken);
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                LogFailed(logger, e);
            }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    /// <summary>False: another replica is at it.</summary>
    private async Task<bool> TryRunAsync(bool onlyIfIncomplete, CancellationToken cancellationToken)
    {
        var database = redis.GetDatabase();
        var token = Guid.NewGuid().ToString("n");
        if (!await database.LockTakeAsync(RedisKeys.IndexLease, token, Lease))
            return false;
        try
        {
            if (!onlyIfIncomplete || !await index.IsCompleteAsync())
                await RunAsync(() => database.LockExtendAsync(RedisKeys.IndexLease, token, Lease), cancellationToken);
            return true;
        }
        finally
        {
            await database.LockReleaseAsync(RedisKeys.IndexLease, token);
        }
    }

    private async Task RunAsync(Func<Task> extendLease, CancellationToken cancellationToken)
    {
        await keys.PutBackAsync();
        var began = time.GetUtcNow();
        var (users, repls) = (0, 0);
        await foreach (var folder in store.FoldersAsync("users/", cancellationToken))
        {
            if (!UserId.TryParse(folder, null, out var user))
                continue;
            users++;
            repls += await RepairAsync(user, began, extendLease, cancellationToken);
            await extendLease();
        }
        await index.MarkCompleteAsync();
        LogDone(logger, repls, users, (time.GetUtcNow() - began).TotalMilliseconds);
    }

    private async Task<int> RepairAsync(UserId user, DateTimeOffset began, Func<Task> extendLease, CancellationToken cancellationToken)
    {
        var records = new Dictionary<string, ReplRecord>();
        await foreach (var folder in store.FoldersAsync($"users/{user}/repls/", cancellationToken))
        {
            if (!ReplId.TryParse(folder, out var id))
                continue;
            // A folder without a record is a creation that failed half-way, or a REPL that was collected.
            if (await store.ReadAsync(ReplRecords.Key(user, id), CoreJson.Default.ReplRecord, cancellationToken) is not { } stored)
                continue;
            records[folder] = stored.Value;
            await index.PutAsync(stored.Value);
            if (records.Count % 100 == 0)
                await extendLease();
        }
        var limit = (began - Grace).ToUnixTimeMilliseconds();
        await RemoveAsync(RedisKeys.Repls(user), limit, (id, _) => records.TryGetValue(id, out var record) && record.DeletedAt is null);
        await RemoveAsync(RedisKeys.Trash(user), limit, (id, _) => records.TryGetValue(id, out var record) && record.DeletedAt is not null);
        await RemoveAsync(RedisKeys.Running(user), limit, (id, _) => records.TryGetValue(id, out var record) && record.Desired == DesiredState.Running);
        await RemoveAsync(RedisKeys.Names(user), limit, (name, value) =>
            records.TryGetValue(value[..ReplId.Length], out var record) && record.DeletedAt is null && ReplName.Fold(record.Name) == name);
        return records.Count;
    }

    private async Task RemoveAsync(string key, long limit, Func<string, string, bool> isRight)
    {
        foreach (var (field, value) in await index.ReadHashAsync(key))
        {
            var at = long.Parse(value[(value.IndexOf('|', StringComparison.Ordinal) + 1)..], CultureInfo.InvariantCulture);
            if (at < limit && !isRight(field, value))
                await index.DeleteIfAsync(key, field, value);
        }
    }
}
