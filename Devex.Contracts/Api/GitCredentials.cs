using Devex.Contracts.Protocol;

namespace Devex.Contracts.Api;

/// <summary>Whether the reader can get tokens for git here.</summary>
/// <param name="Host">The host that they are for, such as <c>github.com</c>; null where there are none, or none for this reader.</param>
public sealed record GitCredentialOffer(string? Host);

/// <summary>Asks for a token of one operation.</summary>
/// <param name="Remote">The repository's https address.</param>
/// <param name="Operation">What it is for.</param>
public sealed record CreateGitCredential(string? Remote, GitOperation Operation);

/// <summary>A token for one repository. It is kept nowhere: say when it is done with.</summary>
/// <param name="Username">For the host's basic authentication.</param>
/// <param name="Password">The token.</param>
/// <param name="ExpiresAt">UTC; it may be ended before.</param>
public sealed record MintedGitCredential(string Username, string Password, DateTimeOffset ExpiresAt)
{
    /// <summary>Without the token.</summary>
    public override string ToString() => $"MintedGitCredential {{ ExpiresAt = {ExpiresAt:O} }}";
}

/// <summary>Ends a token.</summary>
/// <param name="Password">The token.</param>
public sealed record EndGitCredential(string? Password)
{
    /// <summary>Without the token.</summary>
    public override string ToString() => nameof(EndGitCredential);
}
