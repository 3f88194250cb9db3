using Devex.Core.Repls;
using Devex.Core.Runtimes;

namespace Devex.Core.Sessions;

/// <summary>What to do next.</summary>
/// <param name="Step">The step.</param>
/// <param name="At">For <see cref="SessionStep.Wait"/>: until when.</param>
internal readonly record struct SessionDecision(SessionStep Step, DateTimeOffset? At = null)
{
    public static implicit operator SessionDecision(SessionStep step) => new(step);
}

/// <summary>
/// The life of a REPL as one pure function: from what is wanted, what is recorded and what the runtime holds, to the next step.
/// <code>
/// Queued ─► Restoring ─► Starting ─► Running ─► Freezing ─► Ending ─► Saving ─► Removing ─► Stopped
///    └──────────┴─ stop, nothing restored yet ────────────────────────────────────┘
///                           ▲  serve crashed │ ▲                        │ not saved
///                           └────────────────┘ └────────────────────────┘
/// </code>
/// </summary>
internal static class SessionPlan
{
    private static readonly TimeSpan SilentLook = TimeSpan.FromSeconds(15);

    /// <param name="record">What is recorded; null when Redis knows nothing.</param>
    /// <param name="held">The session that the runtime holds; null when it holds none.</param>
    /// <param name="seen">What the runtime sees of <paramref name="held"/>.</param>
    /// <param name="desired">What the owner wants.</param>
    /// <param name="now">UTC.</param>
    public static SessionDecision Next(
        SessionRecord? record, RuntimeSession? held, RuntimeObservation seen, DesiredState desired, DateTimeOffset now)
    {
        if (record is null || record.Phase is SessionPhase.Stopped)
        {
            // Controllers hear late, and make a pod once more of a session that has ended; nothing is in it yet.
            return held is not null && held.Session == record?.Session && !seen.MayDiffer ? SessionStep.Remove
                : held is not null ? SessionStep.Adopt
                : desired is DesiredState.Running ? SessionStep.Queue
                : SessionStep.Rest;
        }
        if (held is not null && held.Session != record.Session)
            return SessionStep.Adopt;

        if (record.ForcedBy is not null)
            return SessionStep.Force;

        // Once begun it is brought to its end.
        if (record is { LeaveBehind: true, Phase: SessionPhase.Removing })
            return SessionStep.LeaveBehind;

        var silent = record.Phase is not (SessionPhase.Queued or SessionPhase.Removing) && seen.MayDiffer ? seen.SilentSince : null;
        if (silent is not null && record.LeaveBehind)
            return SessionStep.LeaveBehind;
        if (silent != record.SilentSince)
            return SessionStep.Silence;
        // Whatever is wanted: nothing can be done where nobody answers, and nothing there is given up.
        if (silent is not null)
            return new SessionDecision(SessionStep.Wait, now + SilentLook);

        var stop = desired is DesiredState.Stopped;
        return record.Phase switch
        {
            SessionPhase.Removing => SessionStep.Remove,
            SessionPhase.Queued or SessionPhase.Restoring when stop => seen.MayDiffer ? SessionStep.Stop : SessionStep.Remove,
            SessionPhase.Queued => SessionStep.Prepare,
            SessionPhase.Restoring => held is null ? SessionStep.Prepare : SessionStep.Restore,
            _ when held is null => SessionStep.Lose,
            SessionPhase.Starting => Starting(record, seen, stop, now),
            SessionPhase.Running => Running(record, seen, stop, now),
            // Without the marker nothing can have changed, and nothing would be committed.
            _ when !seen.MayDiffer => SessionStep.Remove,
            SessionPhase.Freezing => SessionStep.Freeze,
            SessionPhase.Ending => SessionStep.EndPrograms,
            _ => SessionStep.Save,
        };
    }

    /// <summary>Whether a step would give files up, say that they are gone, or begin without them, because nothing is known of any; what is saved is not given up.</summary>
    public static bool GivesUp(SessionStep step, SessionRecord? record, RuntimeSession? held, RuntimeObservation seen) => step switch
    {
        SessionStep.Lose => true,
        SessionStep.Remove => record?.Phase is not SessionPhase.Removing,
        SessionStep.Recover => !seen.MayDiffer,
        SessionStep.Force => held is null,
        SessionStep.Queue => record is null,
        _ => false,
    };

    private static SessionDecision Starting(SessionRecord record, RuntimeObservation seen, bool stop, DateTimeOffset now) =>
        stop && !seen.MayDiffer ? SessionStep.Remove
        : stop ? StopWhenDue(record, now)
        : !seen.Restored ? SessionStep.Restore
        : record.ServeAgainAt > now ? new SessionDecision(SessionStep.Wait, record.ServeAgainAt)
        : SessionStep.Serve;

    private static SessionDecision Running(SessionRecord record, RuntimeObservation seen, bool stop, DateTimeOffset now)
    {
        if (stop)
        {
            var due = StopWhenDue(record, now);
            // Between two attempts editors live on; a saver that has gone may come back meanwhile.
            return due.Step is not SessionStep.Wait || !seen.Serving ? due
                : !seen.Saving && !(record.SaverAgainAt > now) ? SessionStep.RestartSaver
                : new SessionDecision(SessionStep.Watch, due.At);
        }
        return !seen.Serving ? SessionStep.Recover
            : !seen.Saving && record.SaverAgainAt is { } again && again > now ? new SessionDecision(SessionStep.Watch, again)
            : !seen.Saving ? SessionStep.RestartSaver
            : SessionStep.Watch;
    }

    private static SessionDecision StopWhenDue(SessionRecord record, DateTimeOffset now) =>
        record.SaveAgainAt is { } again && again > now ? new SessionDecision(SessionStep.Wait, again) : SessionStep.Stop;
}
