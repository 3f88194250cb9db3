using System.Collections.Concurrent;
using Devex.Contracts;

namespace Devex.Runner.Access;

/// <summary>Revocations and role changes, kept against tickets that were issued before them and not yet used.</summary>
internal sealed class AccessChanges(TimeProvider time)
{
    // Null is a revocation. One entry per person who ever had access.
    private readonly ConcurrentDictionary<UserId, (Role? Role, DateTimeOffset At)> _changes = [];

    public void Revoke(UserId user) => _changes[user] = (null, time.GetUtcNow());

    public void Change(UserId user, Role role) => _changes[user] = (role, time.GetUtcNow());

    /// <summary>The role that a ticket issued at <paramref name="issuedAt"/> gives now; null for none. A ticket's time has whole seconds.</summary>
    public Role? Apply(UserId user, Role role, DateTimeOffset issuedAt) =>
        _changes.TryGetValue(user, out var change) && issuedAt < change.At ? change.Role : role;
}
