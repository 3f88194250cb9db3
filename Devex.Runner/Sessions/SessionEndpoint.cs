using System.Net.WebSockets;
using Devex.Contracts.Protocol;
using Devex.Runner.Access;
using Devex.Runner.Control;
using Devex.Runner.Files;
using Devex.Runner.Measuring;

namespace Devex.Runner.Sessions;

/// <summary><c>GET /session</c>: one person's socket, from welcome to close.</summary>
internal sealed class SessionEndpoint(
    MethodTable methods, SessionHub hub, SessionState session, ConnectionTokens tokens, IEnumerable<ISessionFeature> features,
    Measurements measurements, TimeProvider time, ILogger<SessionEndpoint> logger)
{
    // What a lost connection has left is there at once.
    private static readonly TimeSpan ReadOn = TimeSpan.FromSeconds(3);

    private int _connections;

    public void Register(RouteTable routes)
    {
        methods.Add("session.ping", ProtocolJson.Default.Nothing, ProtocolJson.Default.Nothing, (_, nothing, _) => Task.FromResult(nothing));
        methods.Add("session.look", ProtocolJson.Default.LookAt, ProtocolJson.Default.Nothing, (client, look, _) => Task.FromResult(Look(client, look)), _ => "session.look");
        routes.Map(Route.Session, ServeAsync);
    }

    /// <summary>Tells the others what is in front of somebody, so that they can follow.</summary>
    private Nothing Look(SessionClient client, LookAt look)
    {
        if (look.Path is { } path) _ = RelativePath.Parse(path);
        client.Path = look.Path;
        hub.Broadcast("session.looked", new PersonLooked(client.Connection, look.Path), ProtocolJson.Default.PersonLooked, other => other != client);
        return new Nothing();
    }

    private async Task ServeAsync(Visit visit, CancellationToken cancellation)
    {
        using var socket = await visit.Context.WebSockets.AcceptWebSocketAsync(SessionProtocol.Subprotocol);
        var grant = visit.Caller;
        if (!tokens.Connect(grant))
        {
            await socket.CloseOutputAsync(CloseCode.NotAdmitted, "take a new ticket", cancellation);
            return;
        }
        measurements.Count(grant.Joins > 1 ? "devex.session.reconnects" : "devex.session.connects", 1);
        // Those who come and go are told to every part, and parts have locks that they hold over files.
        await Task.Yield();
        using var gone = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var queue = new OutgoingQueue(socket);
        var client = new SessionClient(Interlocked.Increment(ref _connections), grant, queue, gone.Token);
        grant.RoleChanged += TellRole;
        await using var revoked = grant.Revoked.Register(() => client.Close(CloseCode.Revoked, "access was taken away"));
        session.Touch();
        hub.Add(client);
        var reader = new SessionReader(socket, client, methods, session, time, logger);
        try
        {
            client.Notify("session.welcome", Welcome(client), ProtocolJson.Default.Welcome);
            hub.BroadcastParticipants();
            foreach (var feature in features)
                feature.Joined(client);
            await RunAsync(socket, client, reader, queue, gone);
        }
        finally
        {
            await Task.Yield();
            await gone.CancelAsync();
            // The last words of a page that is left are an edit and the close behind it, and the edit needs what the parts hold for this client.
            await reader.SettleAsync();
            grant.RoleChanged -= TellRole;
            hub.Remove(client);
            tokens.Disconnect(grant);
            foreach (var feature in features)
                feature.Left(client);
            hub.BroadcastParticipants();
        }

        void TellRole(Contracts.Role role) => client.Notify("session.role", new RoleChanged(role), ProtocolJson.Default.RoleChanged);
    }

    private static async Task RunAsync(WebSocket socket, SessionClient client, SessionReader reader, OutgoingQueue queue, CancellationTokenSource gone)
    {
        // What came before the connection was lost is read all the same.
        using var late = new CancellationTokenSource();
        await using var lost = gone.Token.Register(() => late.CancelAfter(ReadOn));
        var sending = queue.RunAsync(gone.Token);
        var reading = reader.RunAsync(late.Token);
        try
        {
            if (await Task.WhenAny(sending, reading) == reading)
            {
                await reading;
                client.Close(CloseCode.Done, "done");
            }
            await sending;
            // The peer's own close frame ends the reading; without one the queue aborts the socket.
            await reading;
        }
        catch (Exception e) when (e is WebSocketException or OperationCanceledException or IOException)
        {
            // The connection was lost, which is how most sessions end.
        }
        finally
        {
            await gone.CancelAsync();
            await reading.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            socket.Abort();
        }
    }

    private Welcome Welcome(SessionClient client) => new(
        SessionProtocol.Version, session.Instance, session.ReplId, session.Name, client.Grant.Token, client.Participant,
        hub.Participants(), session.Frozen, SessionReader.MaxFrame);
}
