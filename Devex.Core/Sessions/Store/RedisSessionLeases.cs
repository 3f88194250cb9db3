using System.Globalization;
using Devex.Contracts;
using Microsoft.Extensions.Options;
using StackExchange.Redis;

namespace Devex.Core.Sessions.Store;

/// <summary><c>lease:{id}</c>, renewed three times in its life; <c>fence:{id}</c> counts holders.</summary>
internal sealed class RedisSessionLeases(IConnectionMultiplexer redis, IOptions<SessionsOptions> options, TimeProvider time) : ISessionLeases
{
    private readonly string _replica = Guid.NewGuid().ToString("n");

    public async Task<ISessionLease?> TakeAsync(ReplId id, CancellationToken cancellationToken)
    {
        var database = redis.GetDatabase();
        var (counted, recorded) = (database.StringIncrementAsync($"fence:{id}"), database.HashGetAsync(RedisSessionStore.Key(id), RedisSessionStore.Fence));
        await Task.WhenAll(counted, recorded).WaitAsync(cancellationToken);
        var fence = await counted;
        // Redis that was emptied counts from one again, and whoever held the lease before may have written since: nobody after it could.
        if ((long)await recorded is var written && written >= fence)
            fence = await database.StringIncrementAsync($"fence:{id}", written - fence + 1).WaitAsync(cancellationToken);
        var value = string.Create(CultureInfo.InvariantCulture, $"{fence}/{_replica}");
        return await database.LockTakeAsync($"lease:{id}", value, options.Value.LeaseTime).WaitAsync(cancellationToken)
            ? new Lease(database, $"lease:{id}", value, fence, options.Value.LeaseTime, time)
            : null;
    }

    private sealed class Lease : ISessionLease
    {
        private readonly IDatabase _database;
        private readonly string _key;
        private readonly string _value;
        private readonly TimeProvider _time;
        private readonly CancellationTokenSource _lost = new();
        private readonly CancellationTokenSource _released = new();
        private readonly Task _renewing;

        public Lease(IDatabase database, string key, string value, long fence, TimeSpan life, TimeProvider time)
        {
            (_database, _key, _value, _time, Fence) = (database, key, value, time, fence);
            _renewing = RenewAsync(life);
        }

        public long Fence { get; }

        public CancellationToken Lost => _lost.Token;

        public async ValueTask DisposeAsync()
        {
            await _released.CancelAsync();
            await _renewing;
            try
            {
                await _database.LockReleaseAsync(_key, _value);
            }
            catch (RedisException)
            {
                // It ends by itself.
            }
            _released.Dispose();
            _lost.Dispose();
        }

        private async Task RenewAsync(TimeSpan life)
        {
            var until = _time.GetUtcNow() + life;
            try
            {
                using var timer = new PeriodicTimer(life / 4, _time);
                while (await timer.WaitForNextTickAsync(_released.Token))
                {
                    var asked = _time.GetUtcNow();
                    if (await TryExtendAsync(life) is not { } extended)
                    {
                        // Redis does not answer: the lease holds for what is left of it, less a margin for the way.
                        if (asked < until - (life / 4))
                            continue;
                        extended = false;
                    }
                    if (!extended)
                    {
                        await _lost.CancelAsync();
                        return;
                    }
                    until = asked + life;
                }
            }
            catch (OperationCanceledException)
            {
            }
        }

        private async Task<bool?> TryExtendAsync(TimeSpan life)
        {
            try
            {
                return await _database.LockExtendAsync(_key, _value, life);
            }
            catch (RedisException)
            {
                return null;
            }
        }
    }
}
