namespace Devex.Contracts.Protocol;

/// <summary>Constants of the session protocol; docs/protocol.md is its description.</summary>
public static class SessionProtocol
{
    /// <summary>Version that this build speaks, <c>major.minor</c>.</summary>
    public const string Version = "1.0";

    /// <summary>The subprotocol that every WebSocket of <c>serve</c> negotiates.</summary>
    public const string Subprotocol = "devex.v1";

    /// <summary>Prefix of the subprotocol that carries a ticket.</summary>
    public const string TicketPrefix = "ticket.";

    /// <summary>Prefix of the subprotocol that carries a connection token.</summary>
    public const string TokenPrefix = "token.";

    /// <summary>Prefix of files that Devex writes before a rename; ignored everywhere.</summary>
    public const string TemporaryPrefix = ".devex-";
}
