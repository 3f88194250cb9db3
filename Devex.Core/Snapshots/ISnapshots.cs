using Devex.Contracts;
using Devex.Contracts.Api;
using Devex.Contracts.Snapshots;

namespace Devex.Core.Snapshots;

/// <summary>What the rest of Core asks of snapshots.</summary>
internal interface ISnapshots
{
    /// <summary>Writes the first root of a new REPL, pointing at the template's snapshot: constant time.</summary>
    Task<SavedState> CreateFromTemplateAsync(UserId owner, ReplId id, string template, CancellationToken cancellationToken);

    /// <summary>Writes the first root of a new REPL with the content of another of the same owner: constant time.</summary>
    Task<SavedState> ForkAsync(UserId owner, ReplId from, ReplId to, CancellationToken cancellationToken);

    /// <summary>The newest root; null when there is none.</summary>
    Task<SnapshotHead?> HeadAsync(UserId owner, ReplId id, CancellationToken cancellationToken);

    /// <summary>A token with which the writers of one session claim their incarnations at the session listener.</summary>
    string IssueBootstrapToken(UserId owner, ReplId id, string session, string writer);

    /// <summary>The beginning of a file of the newest snapshot, at most <paramref name="maxBytes"/>; null when absent or binary.</summary>
    Task<string?> ReadTextAsync(UserId owner, ReplId id, string path, int maxBytes, CancellationToken cancellationToken);
}

/// <summary>The newest root of a chain.</summary>
/// <param name="Saved">For people and receipts.</param>
/// <param name="Session">Session whose writer committed it; null for the first.</param>
/// <param name="Incarnation">The writer.</param>
/// <param name="Attempt">The save attempt that committed it as its last act; null otherwise.</param>
/// <param name="Restored">Whether that incarnation's workspace was known to be restored.</param>
internal sealed record SnapshotHead(SavedState Saved, string? Session, string? Incarnation, string? Attempt, bool Restored);

/// <summary>Told by the session listener; implemented by sessions and events.</summary>
internal interface ISnapshotEvents
{
    /// <summary>A root was committed.</summary>
    Task CommittedAsync(UserId owner, ReplId id, SavedState saved, CancellationToken cancellationToken);

    /// <summary>How far a restore or save is, told by a session (hostile: bounded by the listener).</summary>
    Task ProgressAsync(UserId owner, ReplId id, string session, ProgressReport report, CancellationToken cancellationToken);
}
