using System.Text.Json.Serialization;

namespace Devex.Contracts.Api;

/// <summary>A REPL as its members see it.</summary>
/// <param name="Id">Immutable id; also its host name.</param>
/// <param name="Name">1 to 64 characters, unique among the owner's REPLs without regard to case.</param>
/// <param name="Template">Key of the template it was made from.</param>
/// <param name="Owner">Who owns it.</param>
/// <param name="Role">What the reader may do.</param>
/// <param name="State">Where in its life it is.</param>
/// <param name="CreatedAt">UTC.</param>
/// <param name="LastOpenedAt">UTC of the last ticket; null when never opened.</param>
/// <param name="Progress">The start or stop under way, or the last start (its waterfall).</param>
/// <param name="Problem">Why the last start or save failed, or why it cannot start here, for people to read; null when all is well.</param>
/// <param name="Saved">The newest snapshot.</param>
/// <param name="RunCommand">The command of the run button.</param>
/// <param name="DefaultFile">The file to open first, relative to the workspace.</param>
/// <param name="Members">People with a role other than the owner.</param>
/// <param name="Preview">The first lines of the default file, for the card; null when unknown.</param>
/// <param name="EndsAt">UTC when its session has run for as long as it may, busy or not; null without such a limit, and when it does not run.</param>
/// <param name="Idle">When its session ends because nobody uses it; null when it does not run, and where none ends for that.</param>
/// <param name="PreviewLinks">Ports that are open to whoever has their link; all others are private.</param>
public sealed record Repl(
    ReplId Id,
    string Name,
    string Template,
    UserSummary Owner,
    Role Role,
    ReplState State,
    DateTimeOffset CreatedAt,
    DateTimeOffset? LastOpenedAt,
    SessionProgress? Progress,
    string? Problem,
    SavedState? Saved,
    string? RunCommand,
    string? DefaultFile,
    IReadOnlyList<Member> Members,
    string? Preview,
    DateTimeOffset? EndsAt = null,
    IdleState? Idle = null,
    IReadOnlyList<PreviewLink>? PreviewLinks = null);

/// <summary>The clock of a running session that ends when nobody uses it.</summary>
/// <param name="AfterSeconds">How long nothing must happen.</param>
/// <param name="StopsAt">UTC when that is over; null while something keeps it running.</param>
/// <param name="KeptBy">What keeps it running: <c>editor</c> or <c>viewer</c> (a person has it open), <c>terminal</c> (a program in one), <c>process</c> (another that works).</param>
public sealed record IdleState(int AfterSeconds, DateTimeOffset? StopsAt, IReadOnlyList<string> KeptBy);

/// <summary>Where a REPL is in its life.</summary>
public enum ReplState
{
    /// <summary>Not running; its files are in S3.</summary>
    [JsonStringEnumMemberName("stopped")] Stopped,

    /// <summary>A session is being made.</summary>
    [JsonStringEnumMemberName("starting")] Starting,

    /// <summary>Tickets are given out.</summary>
    [JsonStringEnumMemberName("running")] Running,

    /// <summary>The session is being saved and ended.</summary>
    [JsonStringEnumMemberName("stopping")] Stopping,

    /// <summary>The node does not answer; the session may come back.</summary>
    [JsonStringEnumMemberName("unreachable")] Unreachable,
}

/// <summary>Who a user is, as shown to others.</summary>
/// <param name="Id">Immutable.</param>
/// <param name="Login">The provider's login, a label that may change.</param>
/// <param name="Name">Display name.</param>
/// <param name="AvatarUrl">An https address, or null.</param>
public sealed record UserSummary(UserId Id, string Login, string Name, string? AvatarUrl);

/// <summary>A person with access to somebody's REPL.</summary>
public sealed record Member(UserSummary User, Role Role);

/// <summary>The newest snapshot of a REPL.</summary>
/// <param name="Root">Number of the root in the REPL's chain.</param>
/// <param name="At">UTC when it was committed.</param>
/// <param name="Files">Files held.</param>
/// <param name="Bytes">Their bytes.</param>
/// <param name="Hash">SHA-256 of the root object, hex.</param>
/// <param name="AsOf">The moment up to which flushed edits are held; see <see cref="Snapshots.SessionInstant"/>.</param>
/// <param name="Stale">Paths that could not be kept as they are now, at most 20.</param>
/// <param name="NotKept">The same with why.</param>
public sealed record SavedState(
    long Root, DateTimeOffset At, long Files, long Bytes, string Hash, Snapshots.SessionInstant? AsOf, IReadOnlyList<string> Stale,
    IReadOnlyList<Snapshots.StaleFile>? NotKept = null);

/// <summary>The waterfall of one start or stop.</summary>
/// <param name="SessionId">The session it belongs to.</param>
/// <param name="Kind">Start or stop.</param>
/// <param name="StartedAt">UTC.</param>
/// <param name="Stages">In order; the last one without <see cref="ProgressStage.EndedAt"/> is under way.</param>
public sealed record SessionProgress(string SessionId, ProgressKind Kind, DateTimeOffset StartedAt, IReadOnlyList<ProgressStage> Stages);

/// <summary>What a waterfall shows.</summary>
public enum ProgressKind
{
    /// <summary>From click to prompt.</summary>
    [JsonStringEnumMemberName("start")] Start,

    /// <summary>From click to everything saved and gone.</summary>
    [JsonStringEnumMemberName("stop")] Stop,
}

/// <summary>One stage of a start or stop.</summary>
/// <param name="Name">Stable key: <c>queued</c>, <c>scheduling</c>, <c>waitingForRoom</c>, <c>pulling</c>, <c>waitingForSave</c>, <c>restoring</c>, <c>starting</c>, <c>ready</c>; <c>freezing</c>, <c>ending</c>, <c>saving</c>, <c>removing</c>, <c>stopped</c>.</param>
/// <param name="StartedAt">UTC.</param>
/// <param name="EndedAt">UTC; null while under way.</param>
/// <param name="Done">Bytes done, when a total is known.</param>
/// <param name="Total">Bytes in all, when known.</param>
/// <param name="Failed">Why it failed, in words; null when it did not.</param>
/// <param name="Waiting">What keeps it from going on, in words; null while nothing does.</param>
public sealed record ProgressStage(
    string Name, DateTimeOffset StartedAt, DateTimeOffset? EndedAt, long? Done = null, long? Total = null, string? Failed = null, string? Waiting = null);
