using System.Diagnostics.CodeAnalysis;
using Devex.Contracts;
using Devex.Core.Storage;
using Microsoft.Extensions.Options;
using StackExchange.Redis;

namespace Devex.Core.Collection;

/// <summary>Goes through all users: thins hourly, collects daily, each user by one replica at a time.</summary>
internal sealed partial class CollectionSweep(
    Collector collector, CollectionMetrics metrics, ObjectStore store, IConnectionMultiplexer redis, IOptions<CollectionOptions> options, TimeProvider time,
    ILogger<CollectionSweep> logger) : BackgroundService
{
    private static readonly TimeSpan Lease = TimeSpan.FromMinutes(2);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (!options.Value.Enabled)
            return;
        using var timer = new PeriodicTimer(options.Value.ThinEvery, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
            await SweepAsync(stoppingToken);
    }

    [SuppressMessage("Design", "CA1031", Justification = "One user's failure, or a store that is away, must not end collection; the next round tries again.")]
    internal async Task SweepAsync(CancellationToken cancellationToken)
    {
        try
        {
            await foreach (var folder in store.FoldersAsync("users/", cancellationToken))
            {
                if (UserId.TryParse(folder, out var user))
                    await TryAsync(user, cancellationToken);
            }
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            LogFailed(e, "the list of users");
        }
    }

    /// <summary>Runs one collection under the user's lease; null when another replica is at it.</summary>
    public async Task<T?> UnderLeaseAsync<T>(UserId user, Func<CancellationToken, Task<T>> act, CancellationToken cancellationToken)
        where T : class
    {
        var (database, key, token) = (redis.GetDatabase(), $"lease:collection:{user}", Guid.NewGuid().ToString("n"));
        if (!await database.LockTakeAsync(key, token, Lease))
            return null;
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var renewing = RenewAsync(database, key, token, ended.Token);
        try
        {
            return await act(cancellationToken);
        }
        finally
        {
            await ended.CancelAsync();
            await renewing;
            await database.LockReleaseAsync(key, token);
        }
    }

    [SuppressMessage("Design", "CA1031", Justification = "As above.")]
    private async Task TryAsync(UserId user, CancellationToken cancellationToken)
    {
        try
        {
            await UnderLeaseAsync(user, async token =>
            {
                var isDue = await redis.GetDatabase().StringSetAsync($"collected:{user}", "1", options.Value.CollectEvery, When.NotExists);
                if (isDue)
                    await collector.CollectAsync(user, dryRun: false, token);
                else
                    await collector.ThinAsync(user, dryRun: false, token);
                return user.ToString();
            }, cancellationToken);
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            metrics.Failed();
            LogFailed(e, user.ToString());
        }
    }

    /// <summary>Two collections at once do no harm, so that a lease that could not be renewed ends nothing.</summary>
    private async Task RenewAsync(IDatabase database, string key, string token, CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(Lease / 4, time);
        try
        {
            while (await timer.WaitForNextTickAsync(cancellationToken))
                await database.LockExtendAsync(key, token, Lease);
        }
        catch (Exception e) when (e is OperationCanceledException or RedisException)
        {
            // Ended, or Redis is away.
        }
    }

    [LoggerMessage(LogLevel.Warning, "Collecting {What} failed; the next round tries again")]
    private partial void LogFailed(Exception exception, string what);
}
