using Devex.Contracts;
using Devex.Contracts.Gateway;
using StackExchange.Redis;

namespace Devex.Gateway.Sessions;

/// <summary>Listens to Core's word that a session moved. A lost connection to Redis forgets everything, since words may have been missed.</summary>
internal sealed partial class LocationChanges(
    IConnectionMultiplexer redis, SessionLocations locations, TimeProvider time, ILogger<LocationChanges> logger) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        redis.ConnectionRestored += (_, _) => locations.ForgetAll();
        await SubscribeAsync(stoppingToken);
        using var timer = new PeriodicTimer(TimeSpan.FromMinutes(1), time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
            locations.Trim();
    }

    private async Task SubscribeAsync(CancellationToken stoppingToken)
    {
        while (true)
        {
            try
            {
                await redis.GetSubscriber().SubscribeAsync(RedisChannel.Literal(Channels.Locations), (_, message) =>
                {
                    if (ReplId.TryParse(message.ToString(), out var id))
                        locations.Forget(id);
                });
                return;
            }
            catch (RedisException e)
            {
                LogNotSubscribed(logger, e.Message);
                await Task.Delay(TimeSpan.FromSeconds(1), time, stoppingToken);
            }
        }
    }

    [LoggerMessage(LogLevel.Warning, "Redis is out of reach; locations are asked anew every 30 s: {Message}")]
    private static partial void LogNotSubscribed(ILogger logger, string message);
}
