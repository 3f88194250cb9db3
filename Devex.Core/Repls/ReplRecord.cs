using System.Text.Json;
using System.Text.Json.Serialization;
using Devex.Contracts;
using Devex.Core.Environments;
using Devex.Core.Previews;
using Devex.Core.Sharing;

namespace Devex.Core.Repls;

/// <summary>
/// The truth about a REPL, kept in S3 as <c>users/{uid}/repls/{rid}/repl.json</c>. Redis only indexes it.
/// </summary>
internal sealed record ReplRecord
{
    /// <summary>Format of this document; a newer minor addition keeps it.</summary>
    public int Format { get; init; } = 1;

    /// <summary>Counts writes, so that a cached copy never replaces a newer one.</summary>
    public long Revision { get; init; }

    public required ReplId Id { get; init; }

    public required UserId Owner { get; init; }

    public required string Name { get; init; }

    public required string Template { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>What the owner wants; the reconciler moves the session towards it.</summary>
    public DesiredState Desired { get; init; } = DesiredState.Stopped;

    public string? RunCommand { get; init; }

    public DateTimeOffset? LastOpenedAt { get; init; }

    /// <summary>Set while in the trash, from where it is collected after 7 days.</summary>
    public DateTimeOffset? DeletedAt { get; init; }

    public IReadOnlyDictionary<string, Role> Members { get; init; } = new Dictionary<string, Role>();

    /// <summary>Share links that have not been revoked.</summary>
    public IReadOnlyList<ShareLinkRecord> Links { get; init; } = [];

    /// <summary>Ports that are open to whoever has their link, at most one for each.</summary>
    public IReadOnlyList<PreviewLinkRecord> PreviewLinks { get; init; } = [];

    /// <summary>Variables and secrets of its programs, encrypted. They go into no copy of it.</summary>
    public IReadOnlyList<StoredVariable> Environment { get; init; } = [];

    /// <summary>Set when the time in the trash is over: from then on it cannot come back, and is being removed.</summary>
    public DateTimeOffset? ExpiredAt { get; init; }

    /// <summary>Members of newer versions, kept when this one writes.</summary>
    [JsonExtensionData]
    public IDictionary<string, JsonElement>? Newer { get; set; }
}

internal enum DesiredState
{
    [JsonStringEnumMemberName("stopped")] Stopped,
    [JsonStringEnumMemberName("running")] Running,
}
