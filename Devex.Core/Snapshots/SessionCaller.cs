using System.Security.Claims;
using Devex.Contracts;
using Devex.Contracts.Tokens;
using Devex.Core.Keys;

namespace Devex.Core.Snapshots;

/// <summary>Whoever holds a valid token for the REPL in the route.</summary>
/// <param name="Owner">Owner of the REPL.</param>
/// <param name="Repl">The REPL.</param>
/// <param name="Session">The session.</param>
/// <param name="Identity">Incarnation; for a bootstrap token the writer.</param>
/// <param name="Attempt">Save attempt of the incarnation.</param>
internal sealed record SessionCaller(UserId Owner, ReplId Repl, string Session, string Identity, string? Attempt)
{
    /// <summary>The caller by <c>Authorization: Bearer</c>; null when it has no valid token of that kind for this REPL.</summary>
    public static async Task<SessionCaller?> ReadAsync(HttpContext context, TokenSigner signer, string audience)
    {
        var header = context.Request.Headers.Authorization.ToString();
        if (!header.StartsWith("Bearer ", StringComparison.Ordinal) || await signer.VerifyAsync(header["Bearer ".Length..], audience) is not { } claims)
            return null;
        var identity = Value(claims, audience == Audiences.Bootstrap ? "writer" : "incarnation");
        return ReplId.TryParse(Value(claims, "repl"), out var repl) && UserId.TryParse(Value(claims, "owner"), out var owner)
            && Value(claims, "session") is { } session && identity is not null && repl.ToString() == context.Request.RouteValues["replId"] as string
            ? new SessionCaller(owner, repl, session, identity, Value(claims, "attempt"))
            : null;
    }

    private static string? Value(ClaimsIdentity claims, string name) => claims.FindFirst(name)?.Value;
}
