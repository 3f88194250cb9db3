using Devex.Contracts.Api;
using Devex.Core.Runtimes;

namespace Devex.Core.Sessions.Steps;

/// <summary>The record with which a session begins.</summary>
internal static class NewSessions
{
    /// <summary>Of a session that is to be made.</summary>
    public static SessionRecord Queued(SessionWork work, SessionRecord? before, DateTimeOffset now)
    {
        var session = Names.New();
        return new SessionRecord
        {
            Owner = work.Owner,
            Id = work.Id,
            Session = session,
            Phase = SessionPhase.Queued,
            EndedAt = before?.EndedAt,
            Saved = before?.Saved,
            Trace = work.Trace,
            Progress = ProgressStages.Begin(session, ProgressKind.Start, "queued", now),
        };
    }

    /// <summary>Of a session that the runtime holds and no record tells of.</summary>
    public static SessionRecord Adopted(RuntimeSession held, SessionRecord? before, DateTimeOffset now) => new()
    {
        Owner = held.Owner,
        Id = held.Id,
        Session = held.Session,
        // From Starting both ways lead on: serve that runs is taken as it is, and a stop saves whatever was restored.
        Phase = SessionPhase.Starting,
        // Somebody may have been let in before the record was lost.
        ReadyAt = now,
        Saved = before?.Saved,
        Progress = ProgressStages.Begin(held.Session, ProgressKind.Start, "starting", now),
    };
}
