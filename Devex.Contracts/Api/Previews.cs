namespace Devex.Contracts.Api;

/// <summary>Opens one port of a REPL to whoever has its link.</summary>
/// <param name="Days">Days until that ends, 1 to 90; null for no end but being made private again.</param>
public sealed record OpenPreview(int? Days = null);

/// <summary>A port that is open to whoever has its link, without the link.</summary>
/// <param name="Port">The port.</param>
/// <param name="CreatedAt">UTC.</param>
/// <param name="ExpiresAt">UTC; null for no end.</param>
public sealed record PreviewLink(int Port, DateTimeOffset CreatedAt, DateTimeOffset? ExpiresAt);

/// <summary>The same with the link, for the REPL's owner.</summary>
/// <param name="Link">What is open, and for how long.</param>
/// <param name="Url">To be passed on: <c>{PreviewOrigin}/.devex/link#{secret}</c>. The secret is behind the #, so that no server's log gets it.</param>
public sealed record PreviewLinkAddress(PreviewLink Link, string Url);
