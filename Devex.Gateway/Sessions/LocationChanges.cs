using Devex.Contracts;
using Devex.Contracts.Gateway;
using Devex.Gateway.Previews;
using StackExchange.Redis;

namespace Devex.Gateway.Sessions;

/// <summary>
/// Listens to Core's word that a session moved, or that its previews are for others than before. A lost connection to Redis forgets everything, since
/// words may have been missed; what was missed otherwise is seen within a minute.
/// </summary>
internal sealed partial class LocationChanges(
    IConnectionMultiplexer redis, SessionLocations locations, PreviewVisits visits, TimeProvider time, ILogger<LocationChanges> logger) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        redis.ConnectionRestored += (_, _) =>
        {
            locations.ForgetAll();
            _ = visits.CheckAsync(null, stoppingToken);
        };
        await SubscribeAsync(stoppingToken);
        using var timer = new PeriodicTimer(TimeSpan.FromMinutes(1), time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            locations.Trim();
            await visits.CheckAsync(null, stoppingToken);
        }
    }

    private async Task SubscribeAsync(CancellationToken stoppingToken)
    {
        while (true)
        {
            try
            {
                await redis.GetSubscriber().SubscribeAsync(RedisChannel.Literal(Channels.Locations), (channel, message) =>
                {
                    if (!ReplId.TryParse(message.ToString(), out var id))
                        return;
                    locations.Forget(id);
                    _ = visits.CheckAsync(id, stoppingToken);
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
