using System.Collections.Immutable;
using System.Text.Json.Serialization.Metadata;
using Devex.Contracts.Protocol;

namespace Devex.Runner.Sessions;

/// <summary>Everyone connected.</summary>
internal sealed class SessionHub
{
    private ImmutableArray<SessionClient> _clients = [];

    /// <summary>The clients at this moment, oldest first.</summary>
    public ImmutableArray<SessionClient> Clients => _clients;

    /// <summary>Sends a notification to everyone, or to those that <paramref name="where"/> picks; it is encoded once.</summary>
    public void Broadcast<T>(string method, T value, JsonTypeInfo<T> type, Func<SessionClient, bool>? where = null)
    {
        ReadOnlyMemory<byte> frame = default;
        foreach (var client in _clients)
        {
            if (where is not null && !where(client))
                continue;
            if (frame.IsEmpty)
                frame = Frames.Notification(method, value, type);
            client.Send(frame);
        }
    }

    /// <summary>Everyone as participants.</summary>
    public IReadOnlyList<Participant> Participants() => [.. _clients.Select(client => client.Participant with { Path = client.Path })];

    /// <summary>Tells everyone who is connected now.</summary>
    public void BroadcastParticipants() =>
        Broadcast("session.participants", new Participants(Participants()), ProtocolJson.Default.Participants);

    internal void Add(SessionClient client) => ImmutableInterlocked.Update(ref _clients, (all, one) => all.Add(one), client);

    internal void Remove(SessionClient client) => ImmutableInterlocked.Update(ref _clients, (all, one) => all.Remove(one), client);
}
