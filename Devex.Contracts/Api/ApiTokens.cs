using System.Text.Json.Serialization;

namespace Devex.Contracts.Api;

/// <summary>Makes an API token for programs.</summary>
/// <param name="Name">1 to 64 characters, to tell tokens apart.</param>
/// <param name="Scope">What it may do.</param>
/// <param name="Days">Days until it ends, 1 to 366; null for 90.</param>
public sealed record CreateApiToken(string Name, TokenScope Scope = TokenScope.Read, int? Days = null);

/// <summary>What an API token may do.</summary>
public enum TokenScope
{
    /// <summary>GET and HEAD only.</summary>
    [JsonStringEnumMemberName("read")] Read,

    /// <summary>All that its owner may, but make and revoke tokens.</summary>
    [JsonStringEnumMemberName("write")] Write,
}

/// <summary>An API token without its secret.</summary>
public sealed record ApiToken(string Id, string Name, TokenScope Scope, DateTimeOffset CreatedAt, DateTimeOffset ExpiresAt);

/// <summary>The tokens of the reader that have not been revoked, newest first; expired ones are among them.</summary>
public sealed record ApiTokenList(IReadOnlyList<ApiToken> Tokens);

/// <summary>A token just made.</summary>
/// <param name="Token">What it is called.</param>
/// <param name="Secret"><c>dvx_…</c>; shown this once.</param>
public sealed record NewApiToken(ApiToken Token, string Secret);
