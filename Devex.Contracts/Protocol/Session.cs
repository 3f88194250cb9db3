namespace Devex.Contracts.Protocol;

/// <summary>Notification <c>session.welcome</c>, the first frame that <c>serve</c> sends on <c>/session</c>.</summary>
/// <param name="Protocol">Version spoken, <c>major.minor</c>.</param>
/// <param name="Instance">The <c>serve</c> instance.</param>
/// <param name="ReplId">The REPL.</param>
/// <param name="Name">Its name.</param>
/// <param name="Token">Connection token for all other sockets, requests and reconnects; valid until 10 min after the connection is lost.</param>
/// <param name="Self">The connection's own participant.</param>
/// <param name="Participants">Everyone connected, self included.</param>
/// <param name="Frozen">Why nothing is accepted now; null when it is.</param>
/// <param name="MaxFrame">Largest text frame taken, bytes.</param>
public sealed record Welcome(
    string Protocol, string Instance, ReplId ReplId, string Name, string Token, Participant Self,
    IReadOnlyList<Participant> Participants, string? Frozen, int MaxFrame);

/// <summary>Notification <c>session.participants</c>: who is connected now.</summary>
public sealed record Participants(IReadOnlyList<Participant> People);

/// <summary>Parameters of <c>session.look</c>.</summary>
/// <param name="Path">The file in front of the person now; null when there is none.</param>
public sealed record LookAt(string? Path = null);

/// <summary>Notification <c>session.looked</c>: a person has another file in front.</summary>
/// <param name="Connection">Whose connection.</param>
/// <param name="Path">The file; null when there is none.</param>
public sealed record PersonLooked(int Connection, string? Path = null);

/// <summary>Notification <c>session.frozen</c>: null when live again.</summary>
public sealed record FrozenState(string? Reason);

/// <summary>Notification <c>session.role</c>.</summary>
public sealed record RoleChanged(Role Role);

/// <summary>An empty answer, <c>{}</c>.</summary>
public sealed record Nothing;
