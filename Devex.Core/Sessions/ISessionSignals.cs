using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Devex.Contracts;
using StackExchange.Redis;

namespace Devex.Core.Sessions;

/// <summary>Wakes the reconciler of whichever replica holds a REPL's lease.</summary>
internal interface ISessionSignals
{
    /// <param name="owner">The REPL's owner.</param>
    /// <param name="id">The REPL.</param>
    /// <param name="trace">W3C trace parent of what changed it; null when nobody records that.</param>
    /// <param name="cancellationToken">Ends the sending.</param>
    Task SendAsync(UserId owner, ReplId id, string? trace, CancellationToken cancellationToken);

    IAsyncEnumerable<(UserId Owner, ReplId Id, string? Trace)> ReceiveAsync(CancellationToken cancellationToken);
}

/// <summary>Redis channel <c>devex:sessions</c>; what is missed, the sweep finds.</summary>
internal sealed class RedisSessionSignals(IConnectionMultiplexer redis) : ISessionSignals
{
    private static readonly RedisChannel Name = RedisChannel.Literal("devex:sessions");

    public Task SendAsync(UserId owner, ReplId id, string? trace, CancellationToken cancellationToken) =>
        redis.GetSubscriber().PublishAsync(Name, trace is null ? $"{owner}/{id}" : $"{owner}/{id}/{trace}").WaitAsync(cancellationToken);

    public async IAsyncEnumerable<(UserId Owner, ReplId Id, string? Trace)> ReceiveAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var received = Channel.CreateUnbounded<(UserId, ReplId, string?)>();
        var subscriber = redis.GetSubscriber();
        await subscriber.SubscribeAsync(Name, (_, message) =>
        {
            var parts = message.ToString().Split('/');
            if (parts.Length is 2 or 3 && UserId.TryParse(parts[0], out var owner) && ReplId.TryParse(parts[1], out var id))
                received.Writer.TryWrite((owner, id, parts.ElementAtOrDefault(2)));
        }).WaitAsync(cancellationToken);
        await foreach (var signal in received.Reader.ReadAllAsync(cancellationToken))
            yield return signal;
    }
}
