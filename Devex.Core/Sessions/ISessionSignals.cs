using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Devex.Contracts;
using StackExchange.Redis;

namespace Devex.Core.Sessions;

/// <summary>Wakes the reconciler of whichever replica holds a REPL's lease.</summary>
internal interface ISessionSignals
{
    Task SendAsync(UserId owner, ReplId id, CancellationToken cancellationToken);

    IAsyncEnumerable<(UserId Owner, ReplId Id)> ReceiveAsync(CancellationToken cancellationToken);
}

/// <summary>Redis channel <c>devex:sessions</c>; what is missed, the sweep finds.</summary>
internal sealed class RedisSessionSignals(IConnectionMultiplexer redis) : ISessionSignals
{
    private static readonly RedisChannel Name = RedisChannel.Literal("devex:sessions");

    public Task SendAsync(UserId owner, ReplId id, CancellationToken cancellationToken) =>
        redis.GetSubscriber().PublishAsync(Name, $"{owner}/{id}").WaitAsync(cancellationToken);

    public async IAsyncEnumerable<(UserId Owner, ReplId Id)> ReceiveAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var received = Channel.CreateUnbounded<(UserId, ReplId)>();
        var subscriber = redis.GetSubscriber();
        await subscriber.SubscribeAsync(Name, (_, message) =>
        {
            var parts = message.ToString().Split('/');
            if (parts.Length == 2 && UserId.TryParse(parts[0], out var owner) && ReplId.TryParse(parts[1], out var id))
                received.Writer.TryWrite((owner, id));
        }).WaitAsync(cancellationToken);
        await foreach (var signal in received.Reader.ReadAllAsync(cancellationToken))
            yield return signal;
    }
}
