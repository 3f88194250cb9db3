using System.Collections.Concurrent;
using System.Text.Json;
using Devex.Contracts.Gateway;
using Devex.Core.Repls;
using Devex.Core.Storage;
using StackExchange.Redis;

namespace Devex.Core.Events;

/// <summary>
/// The readers of this replica. It keeps no events, only which REPLs each reader is to be told of anew, so that a slow reader costs
/// nothing; after Redis was away, when messages may have been missed, everybody gets a new snapshot.
/// </summary>
internal sealed partial class EventHub(IConnectionMultiplexer redis, ReplRecords records, ILogger<EventHub> logger) : IHostedService
{
    private readonly ConcurrentDictionary<EventReader, byte> _readers = new();
    private readonly Lock _adding = new();
    private ChannelMessageQueue? _queue;

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        redis.ConnectionRestored += Resync;
        _queue = await redis.GetSubscriber().SubscribeAsync(RedisChannel.Literal(Channels.Events));
        _queue.OnMessage(DispatchAsync);
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        redis.ConnectionRestored -= Resync;
        if (_queue is not null)
            await _queue.UnsubscribeAsync();
    }

    /// <summary>From now on the reader is told; dispose to end that. Null: the user has as many connections to this replica as may be.</summary>
    public IDisposable? TryAdd(EventReader reader, int limit)
    {
        lock (_adding)
        {
            if (_readers.Keys.Count(other => other.User == reader.User) >= limit)
                return null;
            _readers.TryAdd(reader, 0);
        }
        return new Removal(() => _readers.TryRemove(reader, out _));
    }

    private async Task DispatchAsync(ChannelMessage text)
    {
        try
        {
            if (JsonSerializer.Deserialize(text.Message.ToString(), CoreJson.Default.EventMessage) is not { } message || _readers.IsEmpty)
                return;
            var members = (await records.FindAsync(message.Id, CancellationToken.None))?.Members;
            foreach (var reader in _readers.Keys)
            {
                if (reader.User == message.Owner || members?.ContainsKey(reader.User.ToString()) == true || reader.Knows(message.Id))
                    reader.Tell(message);
            }
        }
        catch (Exception e)
        {
            // Whatever it was, Redis or S3: the subscription would swallow it, and readers would wait for a change that was told.
            LogLost(logger, e);
            Resync(this, null);
        }
    }

    private void Resync(object? sender, ConnectionFailedEventArgs? args)
    {
        foreach (var reader in _readers.Keys)
            reader.Resync();
    }

    private sealed class Removal(Action remove) : IDisposable
    {
        public void Dispose() => remove();
    }
}
