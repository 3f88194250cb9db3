using System.Diagnostics;
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

    /// <summary>Whose session is to be looked at; null: signals may have been missed, and records lost, so that all are.</summary>
    IAsyncEnumerable<(UserId Owner, ReplId Id, string? Trace)?> ReceiveAsync(CancellationToken cancellationToken);
}

/// <summary>Redis channel <c>devex:sessions</c>. Of a Redis that was away and is back everything is in doubt: it may be another, with nothing in it.</summary>
internal sealed class RedisSessionSignals(IConnectionMultiplexer redis) : ISessionSignals
{
    private static readonly RedisChannel Name = RedisChannel.Literal("devex:sessions");

    public Task SendAsync(UserId owner, ReplId id, string? trace, CancellationToken cancellationToken) =>
        redis.GetSubscriber().PublishAsync(Name, trace is null ? $"{owner}/{id}" : $"{owner}/{id}/{trace}").WaitAsync(cancellationToken);

    public async IAsyncEnumerable<(UserId Owner, ReplId Id, string? Trace)?> ReceiveAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var received = Channel.CreateUnbounded<(UserId, ReplId, string?)?>();
        redis.ConnectionRestored += Restored;
        try
        {
            var subscriber = redis.GetSubscriber();
            await subscriber.SubscribeAsync(Name, (_, message) =>
            {
                if (Parse(message.ToString()) is { } signal)
                    received.Writer.TryWrite(signal);
            }).WaitAsync(cancellationToken);
            await foreach (var signal in received.Reader.ReadAllAsync(cancellationToken))
                yield return signal;
        }
        finally
        {
            redis.ConnectionRestored -= Restored;
        }

        void Restored(object? sender, ConnectionFailedEventArgs args) => received.Writer.TryWrite(null);
    }

    /// <summary>
    /// <c>owner/id[/trace[/…]]</c>. Cores of several versions run at once while they are exchanged: an older one's message has no trace, what a newer one adds at the end
    /// is left out, and what cannot be read is nobody's (null).
    /// </summary>
    internal static (UserId Owner, ReplId Id, string? Trace)? Parse(string message) =>
        message.Split('/') is [var user, var repl, .. var more] && UserId.TryParse(user, out var owner) && ReplId.TryParse(repl, out var id)
            ? (owner, id, more is [var trace, ..] && ActivityContext.TryParse(trace, null, out _) ? trace : null)
            : null;
}
