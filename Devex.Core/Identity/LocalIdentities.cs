using Devex.Contracts;
using Devex.Contracts.Api;
using Microsoft.Extensions.Options;

namespace Devex.Core.Identity;

/// <summary>Identities for development, so that a clone runs without an OAuth client: only there, and only for loopback peers.</summary>
internal sealed class LocalIdentities(IHostEnvironment environment, IOptions<AuthOptions> options)
{
    private static readonly string[] Names = ["ada", "grace", "linus", "margaret", "alan", "barbara"];

    /// <summary>Names offered to a peer.</summary>
    public IReadOnlyList<string> OfferedTo(Peer peer) =>
        environment.IsDevelopment() && !options.Value.GitHub.IsConfigured && peer.IsLoopback ? Names : [];

    public static UserSummary User(string name) => new(UserId.Local(name), name, char.ToUpperInvariant(name[0]) + name[1..], null);
}
