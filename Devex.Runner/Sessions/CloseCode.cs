using System.Net.WebSockets;

namespace Devex.Runner.Sessions;

/// <summary>WebSocket close codes of docs/protocol.md.</summary>
internal static class CloseCode
{
    public const WebSocketCloseStatus Done = WebSocketCloseStatus.NormalClosure;

    /// <summary>Reconnect.</summary>
    public const WebSocketCloseStatus GoingAway = WebSocketCloseStatus.EndpointUnavailable;

    public const WebSocketCloseStatus Policy = WebSocketCloseStatus.PolicyViolation;

    public const WebSocketCloseStatus TooLarge = WebSocketCloseStatus.MessageTooBig;

    /// <summary>Take a new ticket.</summary>
    public const WebSocketCloseStatus NotAdmitted = (WebSocketCloseStatus)4401;

    public const WebSocketCloseStatus Revoked = (WebSocketCloseStatus)4403;

    public const WebSocketCloseStatus TooSlow = (WebSocketCloseStatus)4408;

    public const WebSocketCloseStatus SessionEnded = (WebSocketCloseStatus)4410;
}
