using Devex.Contracts;
using Devex.Contracts.Api;

namespace Devex.Core.Sessions;

/// <summary>
/// What Redis knows of a REPL's session, or of its last one: <c>session:{id}</c>. If it is lost, it is made anew from S3 and the runtime.
/// </summary>
internal sealed record SessionRecord
{
    public int Format { get; init; } = 1;

    /// <summary>Counts writes; each names the version it replaces.</summary>
    public long Version { get; init; }

    /// <summary>Number of the lease under which the reconciler last wrote; an older lease writes no more.</summary>
    public long Fence { get; init; }

    public required UserId Owner { get; init; }

    public required ReplId Id { get; init; }

    /// <summary>One run, from start to stop.</summary>
    public required string Session { get; init; }

    public required SessionPhase Phase { get; init; }

    /// <summary>Address and instance of <c>serve</c>, once control was accepted.</summary>
    public string? Address { get; init; }

    public string? Instance { get; init; }

    /// <summary>First time of ready; null means that nobody has been let in and nothing can have changed.</summary>
    public DateTimeOffset? ReadyAt { get; init; }

    /// <summary>Last time the session was seen busy.</summary>
    public DateTimeOffset? BusyAt { get; init; }

    /// <summary>What kept it running when it was last looked at; null when it was not yet.</summary>
    public IReadOnlyList<string>? KeptBy { get; init; }

    /// <summary>The save attempt under way; named before it begins.</summary>
    public string? Attempt { get; init; }

    /// <summary>Failed saves of this stop, and when to try again.</summary>
    public int FailedSaves { get; init; }

    public DateTimeOffset? SaveAgainAt { get; init; }

    /// <summary>Why the save under way may lack edits, for people; null when it does not.</summary>
    public string? Lacks { get; init; }

    /// <summary>Crashes of <c>serve</c> since it last ran for a while, and when to start it again.</summary>
    public int Crashes { get; init; }

    public DateTimeOffset? ServeAgainAt { get; init; }

    public int SaverCrashes { get; init; }

    public DateTimeOffset? SaverAgainAt { get; init; }

    /// <summary>The operator who ends this session without a save; null when nobody does.</summary>
    public UserId? ForcedBy { get; init; }

    /// <summary>Since when the session's node has not answered; null when it does.</summary>
    public DateTimeOffset? SilentSince { get; init; }

    /// <summary>Its owner goes on from the last commit, without what is on the silent node. Begun, it is <see cref="SessionPhase.Removing"/>.</summary>
    public bool LeaveBehind { get; init; }

    /// <summary>When it ended; of a new one, when the one before it did.</summary>
    public DateTimeOffset? EndedAt { get; init; }

    /// <summary>Members as <c>serve</c> was last told of them; null when it never was.</summary>
    public IReadOnlyDictionary<string, Role>? Told { get; init; }

    /// <summary>Mark of the environment as <c>serve</c> was last told of it; null when it never was.</summary>
    public string? ToldEnvironment { get; init; }

    public SessionProgress? Progress { get; init; }

    /// <summary>W3C trace parent of the request that started it; null when nobody recorded that.</summary>
    public string? Trace { get; init; }

    public string? Problem { get; init; }

    public SavedState? Saved { get; init; }

    public ReplState ToState() => SilentSince is null ? Phase.ToState() : ReplState.Unreachable;

    public SessionView ToView() => new(ToState(), Progress, Problem, Saved);
}
