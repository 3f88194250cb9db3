using System.Net.WebSockets;
using System.Text.Json.Serialization.Metadata;
using Devex.Contracts;
using Devex.Contracts.Protocol;
using Devex.Runner.Access;

namespace Devex.Runner.Sessions;

/// <summary>One open <c>/session</c> socket.</summary>
internal sealed class SessionClient(int connection, Grant grant, OutgoingQueue queue, CancellationToken gone)
{
    /// <summary>Number of the connection within the session: 1, 2, 3 …</summary>
    public int Connection => connection;

    /// <summary>Who it is; several clients of one person may share it.</summary>
    public Grant Grant => grant;

    public UserId User => grant.User;

    public string Name => grant.Name;

    public Role Role => grant.Role;

    /// <summary>Fires when the socket is gone.</summary>
    public CancellationToken Gone => gone;

    /// <summary>As others see it.</summary>
    public Participant Participant => new(connection, grant.User, grant.Name, grant.Role, Colour);

    /// <summary>As in <see cref="Contracts.Protocol.Participant"/>; the hub's to give.</summary>
    public int Colour { get; internal set; }

    /// <summary>The file in front of them, as they said last.</summary>
    public string? Path { get; set; }

    /// <summary>Puts a notification in line. Never waits; a client that reads too slowly is closed instead.</summary>
    public void Notify<T>(string method, T value, JsonTypeInfo<T> type) => queue.Send(Frames.Notification(method, value, type));

    /// <summary>Puts a frame made by <see cref="Frames"/> in line.</summary>
    public void Send(ReadOnlyMemory<byte> frame) => queue.Send(frame);

    /// <summary>Closes after what is in line.</summary>
    public void Close(WebSocketCloseStatus code, string reason) => queue.Close(code, reason);

    internal bool Closing => queue.Closing;

    internal Task AnswerAsync(ReadOnlyMemory<byte> frame) => queue.SendWhenRoomAsync(frame, gone);
}
