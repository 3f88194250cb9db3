using System.Collections.Concurrent;
using Devex.Contracts;
using Devex.Contracts.Tokens;
using Devex.Runner.Control;

namespace Devex.Runner.Access;

/// <summary>Takes tickets, each once.</summary>
internal sealed class Tickets(TokenVerifier verifier, SessionState session, TimeProvider time)
{
    private static readonly TimeSpan Lifetime = TimeSpan.FromSeconds(60);

    private readonly ConcurrentDictionary<string, DateTimeOffset> _used = new(StringComparer.Ordinal);

    /// <summary>What a valid ticket for this session says; null when it is not one. Does not use it up.</summary>
    public Ticket? Read(string token)
    {
        if (verifier.Verify(token, Audiences.Ticket, Lifetime) is not { } claims
            || claims["repl"] != session.ReplId.ToString() || claims["inst"] != session.Instance
            || claims["jti"] is not { Length: > 0 and <= 128 } id
            || !UserId.TryParse(claims["sub"], out var user)
            || claims["name"] is not { Length: > 0 and <= 256 } name
            || ReadRole(claims["role"]) is not { } role)
        {
            return null;
        }
        return new Ticket(id, user, name, role, claims.Time("iat")!.Value, claims.Time("exp")!.Value);
    }

    /// <summary>Uses a ticket up; false when somebody did before.</summary>
    public bool Redeem(Ticket ticket)
    {
        var now = time.GetUtcNow();
        foreach (var (id, until) in _used)
        {
            if (until < now)
                _used.TryRemove(id, out _);
        }
        return _used.TryAdd(ticket.Id, ticket.ExpiresAt + 2 * TokenVerifier.Skew);
    }

    private static Role? ReadRole(string? role) => role switch
    {
        "viewer" => Role.Viewer,
        "editor" => Role.Editor,
        "owner" => Role.Owner,
        _ => null,
    };
}

/// <summary>A valid ticket.</summary>
internal sealed record Ticket(string Id, UserId User, string Name, Role Role, DateTimeOffset IssuedAt, DateTimeOffset ExpiresAt);
