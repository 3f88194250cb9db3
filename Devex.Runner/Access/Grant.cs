using Devex.Contracts;

namespace Devex.Runner.Access;

/// <summary>A person admitted by a ticket, for as long as their connection token is valid.</summary>
internal sealed class Grant(string token, UserId user, string name, Role role) : IDisposable
{
    private readonly CancellationTokenSource _revoked = new();

    /// <summary>The connection token.</summary>
    public string Token { get; } = token;

    public UserId User { get; } = user;

    public string Name { get; } = name;

    /// <summary>What they may do now.</summary>
    public Role Role { get; private set; } = role;

    /// <summary>Fires when access is taken away: close with <see cref="Sessions.CloseCode.Revoked"/>.</summary>
    public CancellationToken Revoked => _revoked.Token;

    /// <summary>Open <c>/session</c> sockets; the token's ten minutes begin when there are none.</summary>
    internal int Connections { get; set; }

    /// <summary>How often a <c>/session</c> socket of theirs was opened.</summary>
    internal int Joins { get; set; }

    /// <summary>When the token ends; meaningful while there are no connections.</summary>
    internal DateTimeOffset ExpiresAt { get; set; }

    /// <summary>Whether they are here, or were until ten minutes ago.</summary>
    internal bool IsValid(DateTimeOffset now) => Connections > 0 || ExpiresAt > now;

    /// <summary>Raised after <see cref="Role"/> changed, e.g. so that a terminal's socket tells whether input is taken.</summary>
    public event Action<Role>? RoleChanged;

    internal void Change(Role role)
    {
        if (role == Role)
            return;
        Role = role;
        RoleChanged?.Invoke(role);
    }

    internal void Revoke() => _revoked.Cancel();

    public void Dispose() => _revoked.Dispose();
}
