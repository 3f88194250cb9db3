namespace Devex.Runner.Access;

/// <summary>What a caller must show before a route's handler runs.</summary>
internal enum Credential
{
    /// <summary>Nothing. Each such route says why.</summary>
    None,

    /// <summary>Core's signature over the request.</summary>
    Control,

    /// <summary>A ticket or a connection token as a WebSocket subprotocol.</summary>
    Admission,

    /// <summary>A connection token as a WebSocket subprotocol.</summary>
    Socket,

    /// <summary><c>Authorization: Bearer</c> and a connection token.</summary>
    Bearer,

    /// <summary>The one-use code in the path, which the handler redeems.</summary>
    Code,

    /// <summary>The Gateway's token.</summary>
    Tunnel,
}

/// <summary>One HTTP route: the first segment of its path, and who may call it how.</summary>
/// <param name="Name">First segment.</param>
/// <param name="Credential">What the caller must show.</param>
/// <param name="Methods">Methods taken; others get 405, after the credential was checked.</param>
/// <param name="Rest">Whether more segments follow.</param>
/// <param name="Cors">Whether pages of the Web origin may fetch it.</param>
/// <param name="BeforeControl">Whether it answers before control has arrived.</param>
internal sealed record Route(string Name, Credential Credential, string[] Methods, bool Rest = false, bool Cors = false, bool BeforeControl = false)
{
    /// <summary>Tells supervisors that the process answers, and nothing else; hence open to everyone.</summary>
    public static readonly Route Alive = new("alive", Credential.None, ["GET", "HEAD"], BeforeControl: true);

    public static readonly Route Control = new("control", Credential.Control, ["PUT"], BeforeControl: true);

    public static readonly Route Status = new("status", Credential.Control, ["GET"], BeforeControl: true);

    public static readonly Route Session = new("session", Credential.Admission, ["GET"]);

    public static readonly Route Terminals = new("terminals", Credential.Socket, ["GET"], Rest: true);

    public static readonly Route Lsp = new("lsp", Credential.Socket, ["GET"], Rest: true);

    public static readonly Route Files = new("files", Credential.Bearer, ["GET", "HEAD", "PUT"], Rest: true, Cors: true);

    public static readonly Route Archive = new("archive", Credential.Bearer, ["GET", "HEAD"], Rest: true, Cors: true);

    public static readonly Route Downloads = new("downloads", Credential.Code, ["GET"], Rest: true);

    public static readonly Route Ports = new("ports", Credential.Tunnel, ["GET"], Rest: true);

    public static readonly Route Requests = new("requests", Credential.Tunnel, ["POST"]);

    /// <summary>Every route of <c>serve</c>; anything else is 404.</summary>
    public static readonly IReadOnlyList<Route> All = [Alive, Control, Status, Session, Terminals, Lsp, Files, Archive, Downloads, Ports, Requests];

    /// <summary>Whether the route is a WebSocket.</summary>
    public bool WebSocket => Credential is Credential.Admission or Credential.Socket;
}
