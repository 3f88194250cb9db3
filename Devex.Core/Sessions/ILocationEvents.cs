using Devex.Contracts;
using Devex.Contracts.Gateway;
using StackExchange.Redis;

namespace Devex.Core.Sessions;

/// <summary>Tells gateways that a session is somewhere else, or nowhere, or that its previews are for others than before.</summary>
internal interface ILocationEvents
{
    Task ChangedAsync(ReplId id, CancellationToken cancellationToken);
}

internal sealed class RedisLocationEvents(IConnectionMultiplexer redis) : ILocationEvents
{
    public Task ChangedAsync(ReplId id, CancellationToken cancellationToken) =>
        redis.GetSubscriber().PublishAsync(RedisChannel.Literal(Channels.Locations), id.ToString()).WaitAsync(cancellationToken);
}
