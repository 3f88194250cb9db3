using System.Text.Json;
using System.Text.Json.Serialization;
using Devex.Contracts;
using Devex.Contracts.Api;
using Devex.Core.Environments;

namespace Devex.Core.Identity;

/// <summary>The truth about a user, kept in S3 as <c>users/{uid}/user.json</c>.</summary>
internal sealed record UserRecord
{
    public int Format { get; init; } = 1;

    /// <summary>Counts writes, so that a cached copy never replaces a newer one.</summary>
    public long Revision { get; init; }

    public required UserId Id { get; init; }

    /// <summary>The provider's login at the last sign-in: a label, never a key.</summary>
    public required string Login { get; init; }

    public required string Name { get; init; }

    public string? AvatarUrl { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>
    /// Fingerprint of the allow-list that let this user in (<see cref="AllowList.Fingerprint"/>). When the operator changes the list,
    /// everybody is checked anew at their next sign-in and nobody gets in by an old cookie or token.
    /// </summary>
    public required string AllowedBy { get; init; }

    /// <summary>Set by an operator: whoever is suspended gets in by no cookie, token or assertion.</summary>
    public DateTimeOffset? SuspendedAt { get; init; }

    public IReadOnlyList<ApiTokenRecord> Tokens { get; init; } = [];

    /// <summary>Variables and secrets of all REPLs that they own, encrypted.</summary>
    public IReadOnlyList<StoredVariable> Environment { get; init; } = [];

    /// <summary>Null until they change any.</summary>
    public UserSettings? Settings { get; init; }

    /// <summary>Set when they deleted their account: nobody gets in, and 7 days later everything is removed. Signing in takes it back.</summary>
    public DateTimeOffset? DeletedAt { get; init; }

    /// <summary>Members of newer versions, kept when this one writes.</summary>
    [JsonExtensionData]
    public IDictionary<string, JsonElement>? Newer { get; set; }

    [JsonIgnore]
    public UserSummary Summary => new(Id, Login, Name, AvatarUrl);
}

/// <summary>An API token as it is kept.</summary>
/// <param name="Id">Names it in lists and for revocation; not secret.</param>
/// <param name="Name">What its owner calls it.</param>
/// <param name="Hash">SHA-256 of the whole token, hex. The token has 256 random bits, so a fast hash is enough.</param>
/// <param name="Scope">What it may do.</param>
/// <param name="CreatedAt">UTC.</param>
/// <param name="ExpiresAt">UTC.</param>
internal sealed record ApiTokenRecord(string Id, string Name, string Hash, TokenScope Scope, DateTimeOffset CreatedAt, DateTimeOffset ExpiresAt);
