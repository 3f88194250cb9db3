namespace Devex.Contracts.Tokens;

/// <summary>
/// Audiences of Devex's tokens. All are JWTs; ES256 ones are signed by Core's ticket key, HS256 ones by a key shared by two services.
/// Claims are listed in docs/protocol.md.
/// </summary>
public static class Audiences
{
    /// <summary>A browser's entrance to one session (ES256, 60 s, once).</summary>
    public const string Ticket = "devex-ticket";

    /// <summary>Core's request to <c>serve</c> (ES256, 60 s, bound to method, path, body and instance).</summary>
    public const string Control = "devex-control";

    /// <summary>The Gateway's tunnel to a port in a session (ES256).</summary>
    public const string Tunnel = "devex-tunnel";

    /// <summary>The preview cookie (ES256).</summary>
    public const string Preview = "devex-preview";

    /// <summary>A link by which others copy a REPL's workspace (ES256, 1 day).</summary>
    public const string Copy = "devex-copy";

    /// <summary>A session's writer before its claim (ES256).</summary>
    public const string Bootstrap = "devex-bootstrap";

    /// <summary>One incarnation, at Core's session listener (ES256).</summary>
    public const string Incarnation = "devex-incarnation";

    /// <summary>Web's assertion of the user (HS256, 60 s).</summary>
    public const string Web = "devex-web";

    /// <summary>Web's assertion of the peer's address, on every forwarded request (HS256, 60 s).</summary>
    public const string Peer = "devex-peer";

    /// <summary>The Gateway's requests to Core (HS256, 60 s).</summary>
    public const string Gateway = "devex-gateway";
}
