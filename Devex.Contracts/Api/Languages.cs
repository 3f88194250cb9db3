using System.Text.Json.Serialization;

namespace Devex.Contracts.Api;

/// <summary>How far a set of language servers is.</summary>
/// <param name="State">Whether sessions have it.</param>
/// <param name="Message">Why not, for people.</param>
/// <param name="Seconds">How long it has been fetched.</param>
public sealed record LanguageFetch(LanguageFetchState State, string? Message = null, int? Seconds = null);

/// <summary>Whether a set of language servers is there.</summary>
public enum LanguageFetchState
{
    /// <summary>It is being fetched; ask again in a second.</summary>
    [JsonStringEnumMemberName("fetching")] Fetching,

    /// <summary>Sessions have it.</summary>
    [JsonStringEnumMemberName("ready")] Ready,

    /// <summary>It cannot be had; asking again tries again.</summary>
    [JsonStringEnumMemberName("failed")] Failed,
}
