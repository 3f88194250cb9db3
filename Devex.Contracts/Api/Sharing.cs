namespace Devex.Contracts.Api;

/// <summary>Who has access to a REPL.</summary>
/// <param name="Owner">Its owner.</param>
/// <param name="Members">Everybody else.</param>
public sealed record MemberList(UserSummary Owner, IReadOnlyList<Member> Members);

/// <summary>Gives a person a role in a REPL.</summary>
/// <param name="Role">Editor or viewer. An editor has a shell, and so can read the environment.</param>
public sealed record SetMember(Role Role);

/// <summary>Makes a share link.</summary>
/// <param name="Role">What whoever redeems it becomes: editor or viewer.</param>
/// <param name="Days">Days until it ends, 1 to 90; null for 7.</param>
public sealed record CreateShareLink(Role Role = Role.Viewer, int? Days = null);

/// <summary>A share link without its secret.</summary>
/// <param name="Id">Names it for revocation; not secret.</param>
/// <param name="Role">What whoever redeems it becomes.</param>
/// <param name="CreatedAt">UTC.</param>
/// <param name="ExpiresAt">UTC.</param>
public sealed record ShareLink(string Id, Role Role, DateTimeOffset CreatedAt, DateTimeOffset ExpiresAt);

/// <summary>The links of a REPL that have not been revoked, newest first; expired ones are among them.</summary>
public sealed record ShareLinkList(IReadOnlyList<ShareLink> Links);

/// <summary>A share link just made.</summary>
/// <param name="Link">What it gives.</param>
/// <param name="Url">To be passed on: <c>{Web}/join#{code}</c>. The code is behind the #, so that no server's log gets it; shown this once.</param>
public sealed record NewShareLink(ShareLink Link, string Url);

/// <summary>A share link's code, from behind the # of its address.</summary>
public sealed record ShareCode(string Code);

/// <summary>What a share link would give, for the page that asks for consent.</summary>
/// <param name="Id">The REPL.</param>
/// <param name="Name">Its name.</param>
/// <param name="Owner">Its owner.</param>
/// <param name="Role">What the reader would become.</param>
/// <param name="Present">What the reader is already; null when nothing.</param>
/// <param name="ExpiresAt">UTC; the link ends then, not the access.</param>
public sealed record ShareOffer(ReplId Id, string Name, UserSummary Owner, Role Role, Role? Present, DateTimeOffset ExpiresAt);
