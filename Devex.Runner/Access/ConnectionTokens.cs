using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Devex.Contracts;

namespace Devex.Runner.Access;

/// <summary>
/// Connection tokens: 32 random bytes in memory, valid while a <c>/session</c> socket of theirs is open and ten minutes after.
/// </summary>
internal sealed class ConnectionTokens(AccessChanges changes, TimeProvider time)
{
    /// <summary>How long a token outlives its last connection.</summary>
    public static readonly TimeSpan Afterlife = TimeSpan.FromMinutes(10);

    private const int TokenLength = 43;

    private readonly Lock _gate = new();

    // Keyed by hash, so that looking a guess up tells nothing by its timing.
    private readonly Dictionary<string, Grant> _grants = new(StringComparer.Ordinal);

    /// <summary>Admits the holder of a ticket; null when their access was taken away since it was issued.</summary>
    public Grant? Issue(Ticket ticket)
    {
        lock (_gate)
        {
            if (changes.Apply(ticket.User, ticket.Role, ticket.IssuedAt) is not { } role)
                return null;
            RemoveExpired();
            var grant = new Grant(Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32)), ticket.User, ticket.Name, role)
            {
                ExpiresAt = time.GetUtcNow() + Afterlife,
            };
            _grants.Add(Hash(grant.Token), grant);
            return grant;
        }
    }

    /// <summary>Who a token stands for; null when it is not or no longer valid.</summary>
    public Grant? Find(string? token)
    {
        if (token is not { Length: TokenLength })
            return null;
        lock (_gate)
        {
            return _grants.TryGetValue(Hash(token), out var grant) && IsValid(grant) ? grant : null;
        }
    }

    /// <summary>A <c>/session</c> socket of this grant opens; false when it was revoked or ended meanwhile.</summary>
    public bool Connect(Grant grant)
    {
        lock (_gate)
        {
            if (!IsValid(grant) || !_grants.ContainsKey(Hash(grant.Token)))
                return false;
            grant.Connections++;
            grant.Joins++;
            return true;
        }
    }

    /// <summary>A <c>/session</c> socket of this grant is gone.</summary>
    public void Disconnect(Grant grant)
    {
        lock (_gate)
        {
            grant.Connections--;
            grant.ExpiresAt = time.GetUtcNow() + Afterlife;
        }
    }

    /// <summary>Takes all access of a person away; their sockets close.</summary>
    public void Revoke(UserId user)
    {
        changes.Revoke(user);
        foreach (var grant in Of(user, remove: true))
            grant.Revoke();
    }

    /// <summary>Gives a person another role, in what is open too.</summary>
    /// <returns>Whether it changed anything for somebody known here.</returns>
    public bool Change(UserId user, Role role)
    {
        changes.Change(user, role);
        var changed = false;
        foreach (var grant in Of(user, remove: false))
        {
            changed |= grant.Role != role;
            grant.Change(role);
        }
        return changed;
    }

    private List<Grant> Of(UserId user, bool remove)
    {
        lock (_gate)
        {
            var found = _grants.Where(entry => entry.Value.User == user).ToList();
            if (remove)
                found.ForEach(entry => _grants.Remove(entry.Key));
            return found.ConvertAll(entry => entry.Value);
        }
    }

    private bool IsValid(Grant grant) => grant.IsValid(time.GetUtcNow());

    private void RemoveExpired()
    {
        foreach (var (key, _) in _grants.Where(entry => !IsValid(entry.Value)).ToList())
            _grants.Remove(key);
    }

    private static string Hash(string token) => Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(token)));
}
