using System.Diagnostics;

namespace Devex.Core.Sessions;

/// <summary>
/// What carries a trace from the request that asked for something to the reconciler that does it, on whichever replica and however much later:
/// the W3C trace parent, beside the wake-up and, for a start, in the record.
/// </summary>
internal static class SessionTraces
{
    private static readonly ActivitySource Source = new("Devex.Sessions");

    /// <summary>The trace parent of what is done now; null when nobody records it.</summary>
    public static string? Current => Activity.Current is { IdFormat: ActivityIdFormat.W3C, Recorded: true } activity ? activity.Id : null;

    /// <summary>The span of a step: of the start that it belongs to, else of what last woke the reconciler.</summary>
    public static Activity? Begin(SessionStep step, SessionRecord record, string? wokenBy)
    {
        var starts = step is SessionStep.Prepare or SessionStep.Restore or SessionStep.Serve;
        if (!ActivityContext.TryParse(starts ? record.Trace ?? wokenBy : wokenBy, null, isRemote: true, out var parent))
            return null;
        var activity = Source.StartActivity($"session {step.ToString().ToLowerInvariant()}", ActivityKind.Internal, parent);
        activity?.SetTag("devex.repl.id", record.Id.ToString());
        activity?.SetTag("devex.session.id", record.Session);
        return activity;
    }
}
