namespace Devex.Contracts.Api;

/// <summary>What a copy of a REPL gives away, for whoever is asked to consent.</summary>
/// <param name="Name">The REPL's name.</param>
/// <param name="Owner">Whose it is.</param>
/// <param name="Template">Its template.</param>
/// <param name="Files">Files below <c>workspace/</c>; nothing else is copied.</param>
/// <param name="Bytes">Their bytes.</param>
/// <param name="At">UTC when that state was saved.</param>
/// <param name="Secrets">Paths of files that look like secrets, by name or content; at most 100.</param>
public sealed record CopyOffer(string Name, UserSummary Owner, string Template, long Files, long Bytes, DateTimeOffset At, IReadOnlyList<string> Secrets);

/// <summary>With this, anybody who may sign in here can copy one state of a REPL's <c>workspace/</c>.</summary>
/// <param name="Code">For <c>/copy/{code}</c> of Web, the page that asks for consent.</param>
/// <param name="ExpiresAt">UTC.</param>
public sealed record CopyLink(string Code, DateTimeOffset ExpiresAt);

/// <summary>Takes a copy.</summary>
/// <param name="Name">As for <see cref="CreateRepl"/>; null takes a free name after the original's.</param>
public sealed record AcceptCopy(string? Name);
