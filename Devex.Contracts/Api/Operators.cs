namespace Devex.Contracts.Api;

/// <summary>A session as operators see it.</summary>
/// <param name="Id">The REPL.</param>
/// <param name="Owner">Its owner.</param>
/// <param name="Template">Key of its template; null when its record is gone.</param>
/// <param name="State">Where in its life it is.</param>
/// <param name="Problem">Why the last start or save failed; null when all is well.</param>
/// <param name="ReadyAt">UTC since when it runs; null before.</param>
/// <param name="BusyAt">UTC when it was last seen busy.</param>
/// <param name="Saved">Its newest snapshot.</param>
public sealed record OperatorSession(
    ReplId Id, UserSummary Owner, string? Template, ReplState State, string? Problem, DateTimeOffset? ReadyAt, DateTimeOffset? BusyAt, SavedState? Saved);

/// <summary>All sessions that are not stopped, of whatever owner.</summary>
public sealed record OperatorSessionList(IReadOnlyList<OperatorSession> Sessions);

/// <summary>A session is ended without being saved.</summary>
/// <param name="Saved">What is kept; null when nothing was ever saved.</param>
/// <param name="Lost">What is lost, in words.</param>
public sealed record ForcedEnd(SavedState? Saved, string Lost);

/// <summary>A user who may not come in.</summary>
/// <param name="User">Who.</param>
/// <param name="SuspendedAt">UTC.</param>
/// <param name="Stopping">Their REPLs that run and are now being saved and stopped.</param>
public sealed record Suspension(UserSummary User, DateTimeOffset SuspendedAt, IReadOnlyList<ReplId> Stopping);
