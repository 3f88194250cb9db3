using System.Collections.Immutable;
using System.Text.Json.Serialization.Metadata;
using Devex.Contracts;
using Devex.Contracts.Protocol;

namespace Devex.Runner.Sessions;

/// <summary>Everyone connected.</summary>
internal sealed class SessionHub
{
    private readonly Lock _gate = new();
    private readonly Dictionary<UserId, int> _colours = [];
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

    internal void Add(SessionClient client)
    {
        lock (_gate)
        {
            client.Colour = ColourOf(client.User);
            _clients = _clients.Add(client);
        }
    }

    internal void Remove(SessionClient client)
    {
        lock (_gate)
            _clients = _clients.Remove(client);
    }

    /// <summary>The one that they have, or had, unless somebody else here has it now; else the lowest that nobody here has.</summary>
    private int ColourOf(UserId user)
    {
        var others = _clients.Where(client => client.User != user).Select(client => client.Colour).ToHashSet();
        if (_colours.TryGetValue(user, out var known) && !others.Contains(known))
            return known;
        var free = 0;
        while (others.Contains(free))
            free++;
        return _colours[user] = free;
    }
}
