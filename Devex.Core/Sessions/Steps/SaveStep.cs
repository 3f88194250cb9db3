using Devex.Contracts.Api;
using Devex.Core.Runtimes;
using Devex.Core.Snapshots;

namespace Devex.Core.Sessions.Steps;

/// <summary>Saves a session at rest. Whether it is saved is for the chain of roots to say; what is not saved lives on, and is tried again.</summary>
internal sealed partial class SaveStep(
    IReplRuntime runtime, ISnapshots snapshots, ILocationEvents locations, StepRecorder recorder, SessionMetrics metrics, SnapshotMetrics saves,
    TimeProvider time, ILogger<SaveStep> logger)
{
    private DateTimeOffset Now => time.GetUtcNow();

    public async Task SaveAsync(StepContext context, CancellationToken cancellationToken)
    {
        var attempt = context.Record.Attempt!;
        var began = time.GetTimestamp();
        var head = await snapshots.HeadAsync(context.Record.Owner, context.Record.Id, cancellationToken);
        var outcome = RunOutcome.Unknown;
        if (head?.Attempt != attempt)
        {
            outcome = await runtime.SaveAsync(context.Spec, attempt, cancellationToken);
            // An exit code proves nothing, good or bad: the chain of roots does.
            head = await snapshots.HeadAsync(context.Record.Owner, context.Record.Id, cancellationToken);
        }
        if (head?.Attempt == attempt)
        {
            await recorder.WriteAsync(context, record => record with
            {
                Phase = SessionPhase.Removing,
                Saved = head.Saved,
                Problem = record.Lacks ?? Stale(head.Saved),
                Progress = record.Progress?.Enter("removing", Now),
            }, cancellationToken);
            saves.Stopped(time.GetElapsedTime(began));
            await locations.ChangedAsync(context.Record.Id, cancellationToken);
            return;
        }
        await FailedAsync(context, outcome.ExitCode switch
        {
            4 => "the storage does not answer",
            3 => "another writer has taken over",
            _ when outcome.LastWords.Length > 0 => outcome.LastWords,
            { } code => $"save ended with exit code {code}",
            null => "save was killed",
        }, cancellationToken);
    }

    /// <summary>Gives this stop up for now: the session runs on, and its people are told why.</summary>
    public async Task FailedAsync(StepContext context, string why, CancellationToken cancellationToken)
    {
        metrics.Failed(ReconcileError.Save);
        LogNotSaved(context.Record.Id, context.Record.Session, context.Record.Attempt, why);
        // The record comes first, and the watch that follows unfreezes: a session that lives again must never be found in Saving.
        await recorder.WriteAsync(context, record =>
        {
            var failures = record.FailedSaves + 1;
            var wait = BackOff.After(failures);
            return record with
            {
                Phase = SessionPhase.Running,
                Attempt = null,
                FailedSaves = failures,
                SaveAgainAt = Now + wait,
                Problem = $"The session is not saved and was not stopped: {why}. Your programs were ended. Trying again in {wait.TotalSeconds:0} s.",
                Progress = record.Progress?.Fail(why, Now),
            };
        }, cancellationToken);
    }

    private static string? Stale(SavedState saved) => saved.Stale switch
    {
        [] => null,
        [var one] => $"Saved, but for {one}, which could not be read.",
        [var first, ..] => $"Saved, but for {first} and {saved.Stale.Count - 1} more, which could not be read.",
    };
}
