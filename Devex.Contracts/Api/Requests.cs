namespace Devex.Contracts.Api;

/// <summary>Makes a REPL.</summary>
/// <param name="Name">1 to 64 characters after trimming; letters, digits, spaces and <c>-_.</c>; null takes a free name after the template.</param>
/// <param name="Template">A template's key.</param>
public sealed record CreateRepl(string? Name, string Template);

/// <summary>Changes a REPL; null leaves a value as it is.</summary>
public sealed record UpdateRepl(string? Name = null, string? RunCommand = null);

/// <summary>Makes a REPL with the same files.</summary>
/// <param name="Name">As for <see cref="CreateRepl"/>; null takes a free name after the original's.</param>
/// <param name="Point">Id of the restore point; null for the newest.</param>
public sealed record ForkRepl(string? Name, string? Point = null);

/// <summary>All REPLs of the reader: own first, then shared, newest opened first.</summary>
public sealed record ReplList(IReadOnlyList<Repl> Repls);

/// <summary>Entrance to one session.</summary>
/// <param name="Url">WebSocket address of the session: <c>ws(s)://{replId}.{ReplDomain}/session</c>.</param>
/// <param name="Ticket">ES256 JWT, usable once within 60 s, sent as the subprotocol <c>ticket.{jwt}</c>.</param>
/// <param name="ExpiresAt">UTC.</param>
public sealed record SessionTicket(string Url, string Ticket, DateTimeOffset ExpiresAt);

/// <summary>Entrance to one private preview.</summary>
/// <param name="Url">Where to post the form: <c>{PreviewOrigin}/.devex/enter</c>.</param>
/// <param name="Code">One-use code, the form's field <c>code</c>.</param>
/// <param name="ExpiresAt">UTC, 60 s ahead.</param>
public sealed record PreviewCode(string Url, string Code, DateTimeOffset ExpiresAt);
