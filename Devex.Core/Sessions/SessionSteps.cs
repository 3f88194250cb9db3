namespace Devex.Core.Sessions;

/// <summary>The steps of a life in which nothing fails, in order. What may fail is generated from here: who adds a step adds its faults.</summary>
internal static class SessionSteps
{
    public static IReadOnlyList<SessionStep> Start { get; } = [SessionStep.Queue, SessionStep.Prepare, SessionStep.Restore, SessionStep.Serve];

    /// <summary>A deletion goes through the same.</summary>
    public static IReadOnlyList<SessionStep> Stop { get; } =
        [SessionStep.Stop, SessionStep.Freeze, SessionStep.EndPrograms, SessionStep.Save, SessionStep.Remove];

    /// <summary>Looks and waits, and what is done only because something failed.</summary>
    public static IReadOnlyList<SessionStep> Others { get; } =
    [
        SessionStep.Rest, SessionStep.Wait, SessionStep.Watch, SessionStep.Adopt, SessionStep.Recover, SessionStep.RestartSaver, SessionStep.Lose, SessionStep.Silence, SessionStep.LeaveBehind,
        SessionStep.Force,
    ];
}
