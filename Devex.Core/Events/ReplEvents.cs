using System.Text.Json;
using Devex.Contracts;
using Devex.Contracts.Api;
using Devex.Contracts.Gateway;
using Devex.Core.Repls;
using Devex.Core.Storage;
using StackExchange.Redis;

namespace Devex.Core.Events;

/// <summary>Tells every replica, this one included; <see cref="EventHub"/> tells their readers.</summary>
internal sealed class ReplEvents(IConnectionMultiplexer redis, SavedStates savedStates) : IReplEvents
{
    public Task ChangedAsync(UserId owner, ReplId id, CancellationToken cancellationToken) => PublishAsync(new EventMessage(owner, id));

    public async Task SavedAsync(UserId owner, ReplId id, SavedState saved, CancellationToken cancellationToken)
    {
        await savedStates.RememberAsync(id, saved);
        await PublishAsync(new EventMessage(owner, id, saved));
    }

    private async Task PublishAsync(EventMessage message) => await redis.GetSubscriber().PublishAsync(
        RedisChannel.Literal(Channels.Events), JsonSerializer.Serialize(message, CoreJson.Default.EventMessage));
}
