using Devex.Contracts;

namespace Devex.Core.Sharing;

/// <summary>A share link as it is kept with its REPL.</summary>
/// <param name="Id">Names it in lists and for revocation; not secret.</param>
/// <param name="Hash">SHA-256 of the whole code, hex. The code has 256 random bits, so a fast hash is enough.</param>
/// <param name="Role">What whoever redeems it becomes.</param>
/// <param name="CreatedAt">UTC.</param>
/// <param name="ExpiresAt">UTC.</param>
internal sealed record ShareLinkRecord(string Id, string Hash, Role Role, DateTimeOffset CreatedAt, DateTimeOffset ExpiresAt);
