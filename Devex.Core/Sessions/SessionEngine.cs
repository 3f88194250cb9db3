using System.Security.Cryptography;
using Devex.Contracts.Api;
using Devex.Contracts.Control;
using Devex.Core.Events;
using Devex.Core.Repls;
using Devex.Core.Runtimes;
using Devex.Core.Sessions.Control;
using Devex.Core.Sessions.Store;
using Devex.Core.Snapshots;
using Devex.Core.Templates;
using Devex.ServiceDefaults.Hosts;
using Microsoft.Extensions.Options;

namespace Devex.Core.Sessions;

/// <summary>
/// Carries out <see cref="SessionPlan"/>, one step after another. Every step reads the world anew, does one thing that may be done twice, and writes
/// the record last: a crash anywhere leaves a record from which the next reconciler does the same step again.
/// </summary>
internal sealed partial class SessionEngine(
    IReplRecords repls, ISessionStore store, IReplRuntime runtime, ISessionControl control, ISnapshots snapshots, ITemplates templates, IReplEvents events,
    ILocationEvents locations, IOptions<SessionsOptions> options, IOptions<HostsOptions> hosts, TimeProvider time, ILogger<SessionEngine> logger)
{
    private const int SaveAttemptsWithUnflushed = 3;
    private static readonly TimeSpan FlushLook = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan QuietAfterCrash = TimeSpan.FromMinutes(5);

    private DateTimeOffset Now => time.GetUtcNow();

    /// <summary>Moves a session until there is something to wait for.</summary>
    /// <returns>How long to wait at most; null when nothing is left to do or to watch.</returns>
    public async Task<TimeSpan?> RunAsync(SessionWork work, CancellationToken cancellationToken)
    {
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var repl = await repls.FindAsync(work.Owner, work.Id, cancellationToken);
            var held = await runtime.FindAsync(work.Id, cancellationToken);
            var record = await store.FindAsync(work.Id, cancellationToken);
            if (repl is null)
            {
                await DisownAsync(held, record, cancellationToken);
                return null;
            }

            var seen = held is null ? RuntimeObservation.None : await runtime.ObserveAsync(held, cancellationToken);
            var desired = repl.DeletedAt is null ? repl.Desired : DesiredState.Stopped;
            var decision = SessionPlan.Next(record, held, seen, desired, Now);
            if (decision.Step is SessionStep.Rest)
                return null;
            if (decision.Step is SessionStep.Wait)
                return Positive(decision.At!.Value - Now);
            if (decision.Step is SessionStep.Queue)
            {
                await WriteAsync(work, Queued(work, record), cancellationToken);
                continue;
            }
            if (decision.Step is SessionStep.Adopt)
            {
                await WriteAsync(work, Adopted(held!, record), cancellationToken);
                continue;
            }

            var context = new Context(work, repl, record!, held, seen, new SessionSpec(work.Owner, work.Id, record!.Session, templates.Find(repl.Template)));
            if (held is not null && work.Refreshed != record.Session && record.Phase is not (SessionPhase.Removing or SessionPhase.Queued))
            {
                await runtime.PrepareAsync(context.Spec, cancellationToken);
                work.Refreshed = record.Session;
            }
            if (decision.Step is SessionStep.Watch)
                return await WatchAsync(context, decision.At, cancellationToken);
            LogStep(work.Id, record.Session, decision.Step);
            await TakeAsync(decision.Step, context, cancellationToken);
        }
    }

    private Task TakeAsync(SessionStep step, Context context, CancellationToken cancellationToken) => step switch
    {
        SessionStep.Prepare => TryStartAsync(context, PrepareAsync, cancellationToken),
        SessionStep.Restore => TryStartAsync(context, RestoreAsync, cancellationToken),
        SessionStep.Serve => TryStartAsync(context, ServeAsync, cancellationToken),
        SessionStep.Recover => RecoverAsync(context, context.Seen.Problem ?? "it was killed", cancellationToken),
        SessionStep.RestartSaver => RestartSaverAsync(context, cancellationToken),
        SessionStep.Stop => StopAsync(context, cancellationToken),
        SessionStep.Freeze => FreezeAsync(context, cancellationToken),
        SessionStep.EndPrograms => EndProgramsAsync(context, cancellationToken),
        SessionStep.Save => SaveAsync(context, cancellationToken),
        SessionStep.Remove => RemoveAsync(context, cancellationToken),
        SessionStep.Lose => LoseAsync(context, cancellationToken),
        _ => throw new InvalidOperationException($"{step} is no step to take."),
    };

    // ── start ────────────────────────────────────────────────────────────────────────────────────────────────────────

    private Func<SessionRecord?, SessionRecord?> Queued(SessionWork work, SessionRecord? before)
    {
        var session = NewName();
        var record = new SessionRecord
        {
            Owner = work.Owner,
            Id = work.Id,
            Session = session,
            Phase = SessionPhase.Queued,
            Saved = before?.Saved,
            Progress = ProgressStages.Begin(session, ProgressKind.Start, "queued", Now),
        };
        return _ => record;
    }

    private Func<SessionRecord?, SessionRecord?> Adopted(RuntimeSession held, SessionRecord? before) => _ => new SessionRecord
    {
        Owner = held.Owner,
        Id = held.Id,
        Session = held.Session,
        // From Starting both ways lead on: serve that runs is taken as it is, and a stop saves whatever was restored.
        Phase = SessionPhase.Starting,
        // Somebody may have been let in before the record was lost.
        ReadyAt = Now,
        Saved = before?.Saved,
        Progress = ProgressStages.Begin(held.Session, ProgressKind.Start, "starting", Now),
    };

    private async Task PrepareAsync(Context context, CancellationToken cancellationToken)
    {
        if (context.Spec.Template is not { } template)
            throw new RuntimeException($"The template '{context.Repl.Template}' is not installed here any more.");
        if (runtime.Refuse(template) is { } refusal)
            throw new RuntimeException(refusal);
        await runtime.PrepareAsync(context.Spec, cancellationToken);
        context.Work.Refreshed = context.Record.Session;
        await WriteAsync(context, record => record with { Phase = SessionPhase.Restoring, Progress = record.Progress?.Enter("restoring", Now) }, cancellationToken);
    }

    private async Task RestoreAsync(Context context, CancellationToken cancellationToken)
    {
        var outcome = await runtime.RestoreAsync(context.Spec, cancellationToken);
        var seen = await runtime.ObserveAsync(context.Held!, cancellationToken);
        if (!seen.Restored)
            throw new RuntimeException(outcome.ExitCode == 4 ? "The files could not be fetched: the storage does not answer." : $"The files could not be restored: {outcome.LastWords}");
        await WriteAsync(context, record => record with { Phase = SessionPhase.Starting, Progress = record.Progress?.Enter("starting", Now) }, cancellationToken);
    }

    private async Task ServeAsync(Context context, CancellationToken cancellationToken)
    {
        var serve = runtime.EnsureServeAsync(context.Spec, cancellationToken);
        await runtime.EnsureSaverAsync(context.Spec, cancellationToken);
        var address = await serve;
        var status = await control.StatusAsync(address, context.Record.Id, null, cancellationToken);
        status = await control.ControlAsync(address, context.Record.Id, status.Instance, Introduction(context.Repl), cancellationToken);
        await WriteAsync(context, record => record with
        {
            Phase = SessionPhase.Running,
            Address = address,
            Instance = status.Instance,
            ReadyAt = record.ReadyAt ?? Now,
            BusyAt = Now,
            Problem = record.SaveAgainAt is null ? null : record.Problem,
            Progress = record.Progress?.Finish("ready", Now),
        }, cancellationToken);
        await locations.ChangedAsync(context.Record.Id, cancellationToken);
    }

    private ControlRequest Introduction(ReplRecord repl) => new(
        WebOrigin: hosts.Value.WebOrigin, Name: repl.Name, RunCommand: repl.RunCommand ?? templates.Find(repl.Template)?.RunCommand, Frozen: false);

    /// <summary>Runs a step of a start; a stop that is wanted meanwhile cancels it, and a failure ends the start in words.</summary>
    private async Task TryStartAsync(Context context, Func<Context, CancellationToken, Task> step, CancellationToken cancellationToken)
    {
        using var stopped = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        using var done = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var watch = CancelWhenUnwantedAsync(context.Work, stopped, done.Token);
        try
        {
            await step(context, stopped.Token);
        }
        catch (OperationCanceledException) when (stopped.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            // The plan goes on from here with what is wanted now.
        }
        catch (Exception e) when (e is not (LeaseLostException or OperationCanceledException))
        {
            await FailStartAsync(context, e.Message, cancellationToken);
        }
        finally
        {
            await done.CancelAsync();
            await watch;
        }
    }

    private async Task CancelWhenUnwantedAsync(SessionWork work, CancellationTokenSource stopped, CancellationToken done)
    {
        try
        {
            while (true)
            {
                await work.WaitAsync(done);
                if (await repls.FindAsync(work.Owner, work.Id, done) is { DeletedAt: null, Desired: DesiredState.Running })
                    continue;
                await stopped.CancelAsync();
                return;
            }
        }
        catch (OperationCanceledException)
        {
        }
    }

    private async Task FailStartAsync(Context context, string why, CancellationToken cancellationToken)
    {
        if (context.Record.ReadyAt is not null)
        {
            // Somebody worked here: whatever fails, the files stay until they are saved.
            await RecoverAsync(context, why, cancellationToken);
            return;
        }
        LogStartFailed(context.Record.Id, context.Record.Session, why);
        await repls.WantStoppedAsync(context.Record.Owner, context.Record.Id, cancellationToken);
        await WriteAsync(
            context, record => record with { Phase = SessionPhase.Removing, Problem = why, Progress = record.Progress?.Fail(why, Now) }, cancellationToken);
    }

    // ── running ──────────────────────────────────────────────────────────────────────────────────────────────────────

    private async Task<TimeSpan?> WatchAsync(Context context, DateTimeOffset? until, CancellationToken cancellationToken)
    {
        var record = context.Record;
        if (record.Address is null)
        {
            await WriteAsync(context, current => current with { Phase = SessionPhase.Starting }, cancellationToken);
            return TimeSpan.Zero;
        }
        var again = until is { } at ? Min(at - Now, options.Value.StatusInterval) : options.Value.StatusInterval;
        try
        {
            var status = await control.StatusAsync(record.Address, record.Id, null, cancellationToken);
            if (!status.Controlled || status.Instance != record.Instance)
            {
                // serve was started again without us, or lost its control: introduce ourselves once more.
                await WriteAsync(context, current => current with { Phase = SessionPhase.Starting }, cancellationToken);
                return TimeSpan.Zero;
            }
            if (record.SaveAgainAt is not null && context.Repl is { DeletedAt: null, Desired: DesiredState.Running })
            {
                // A stop that failed is not wanted any more.
                await WriteAsync(context, current => current with { SaveAgainAt = null, FailedSaves = 0, Problem = null }, cancellationToken);
            }
            if (status.Frozen)
                await control.ControlAsync(record.Address, record.Id, status.Instance, new ControlRequest(Frozen: false), cancellationToken);
            if (IdleClock.Expired(record, status, options.Value, Now) is { } why)
            {
                LogEnded(record.Id, record.Session, why);
                await repls.WantStoppedAsync(record.Owner, record.Id, cancellationToken);
                return TimeSpan.Zero;
            }
            if (IdleClock.IsBusy(status) || (record.Crashes > 0 && record.ServeAgainAt < Now - QuietAfterCrash))
            {
                await WriteAsync(context, current => current with
                {
                    BusyAt = IdleClock.IsBusy(status) ? Now : current.BusyAt,
                    Crashes = current.ServeAgainAt < Now - QuietAfterCrash ? 0 : current.Crashes,
                    SaverCrashes = current.SaverAgainAt < Now - QuietAfterCrash ? 0 : current.SaverCrashes,
                }, cancellationToken, tell: false);
            }
        }
        catch (SessionControlException e)
        {
            LogSilent(record.Id, record.Session, e.Message);
        }
        return Positive(again);
    }

    private async Task RecoverAsync(Context context, string why, CancellationToken cancellationToken)
    {
        var crashes = context.Record.Crashes + 1;
        LogCrashed(context.Record.Id, context.Record.Session, crashes, why);
        await WriteAsync(context, record => record with
        {
            Phase = SessionPhase.Starting,
            Address = null,
            Instance = null,
            Crashes = crashes,
            // Once may happen; what crashes again and again is given time.
            ServeAgainAt = crashes == 1 ? Now : Now + BackOff.After(crashes - 1),
            Problem = $"The session crashed and is started again over the same files: {why}",
            Progress = ProgressStages.Begin(record.Session, ProgressKind.Start, "starting", Now),
        }, cancellationToken);
        await locations.ChangedAsync(context.Record.Id, cancellationToken);
    }

    private async Task RestartSaverAsync(Context context, CancellationToken cancellationToken)
    {
        // The time of the next try is written first: a saver that dies at once must not be started in a circle.
        await WriteAsync(
            context, record => record with { SaverCrashes = record.SaverCrashes + 1, SaverAgainAt = Now + BackOff.After(record.SaverCrashes + 1) },
            cancellationToken, tell: false);
        await runtime.EnsureSaverAsync(context.Spec, cancellationToken);
    }

    // ── stop ─────────────────────────────────────────────────────────────────────────────────────────────────────────

    private Task StopAsync(Context context, CancellationToken cancellationToken) => WriteAsync(context, record => record with
    {
        Phase = SessionPhase.Freezing,
        Progress = ProgressStages.Begin(record.Session, ProgressKind.Stop, "freezing", Now),
    }, cancellationToken);

    private async Task FreezeAsync(Context context, CancellationToken cancellationToken)
    {
        if (context.Seen.Serving && !await FlushAsync(context, cancellationToken))
            return;
        await WriteAsync(context, record => record with { Phase = SessionPhase.Ending, Progress = record.Progress?.Enter("ending", Now) }, cancellationToken);
    }

    /// <summary>False when the stop was given up for now.</summary>
    private async Task<bool> FlushAsync(Context context, CancellationToken cancellationToken)
    {
        var (address, instance) = (context.Record.Address, context.Record.Instance);
        try
        {
            if (address is null || instance is null)
            {
                address = await runtime.EnsureServeAsync(context.Spec, cancellationToken);
                instance = (await control.StatusAsync(address, context.Record.Id, null, cancellationToken)).Instance;
            }
            var status = await control.ControlAsync(
                address, context.Record.Id, instance,
                new ControlRequest(WebOrigin: hosts.Value.WebOrigin, Frozen: true, FreezeReason: "The session is being saved and stopped."), cancellationToken);
            var until = Now + options.Value.FlushTimeout;
            while (status.Unflushed > 0 && Now < until)
            {
                await Task.Delay(FlushLook, time, cancellationToken);
                status = await control.StatusAsync(address, context.Record.Id, instance, cancellationToken);
            }
            if (status.Unflushed == 0)
                return true;
            var why = $"{status.Unflushed} open documents could not be written to their files";
            if (context.Record.FailedSaves < SaveAttemptsWithUnflushed)
            {
                await NotSavedAsync(context, why, cancellationToken);
                return false;
            }
            LogForced(context.Record.Id, context.Record.Session, "freeze", why);
        }
        catch (Exception e) when (e is SessionControlException or RuntimeException)
        {
            // What cannot be frozen is ended: nothing may change under the save.
            LogForced(context.Record.Id, context.Record.Session, "freeze", e.Message);
            await runtime.EndServeAsync(context.Spec, cancellationToken);
        }
        return true;
    }

    private async Task EndProgramsAsync(Context context, CancellationToken cancellationToken)
    {
        if (context.Seen.Serving)
        {
            try
            {
                var address = context.Record.Address ?? throw new SessionControlException("Its address is not known.");
                await control.ControlAsync(address, context.Record.Id, context.Record.Instance!, new ControlRequest(EndPrograms: true), cancellationToken);
            }
            catch (SessionControlException e)
            {
                LogForced(context.Record.Id, context.Record.Session, "the end of its programs", e.Message);
                await runtime.EndServeAsync(context.Spec, cancellationToken);
            }
        }
        await WriteAsync(
            context, record => record with { Phase = SessionPhase.Saving, Attempt = NewName(), Progress = record.Progress?.Enter("saving", Now) }, cancellationToken);
    }

    private async Task SaveAsync(Context context, CancellationToken cancellationToken)
    {
        var attempt = context.Record.Attempt!;
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
            await WriteAsync(context, record => record with
            {
                Phase = SessionPhase.Removing,
                Saved = head.Saved,
                Problem = Stale(head.Saved),
                Progress = record.Progress?.Enter("removing", Now),
            }, cancellationToken);
            await locations.ChangedAsync(context.Record.Id, cancellationToken);
            return;
        }
        await NotSavedAsync(context, outcome.ExitCode switch
        {
            4 => "the storage does not answer",
            3 => "another writer has taken over",
            _ when outcome.LastWords.Length > 0 => outcome.LastWords,
            { } code => $"save ended with exit code {code}",
            null => "save was killed",
        }, cancellationToken);
    }

    private async Task NotSavedAsync(Context context, string why, CancellationToken cancellationToken)
    {
        LogNotSaved(context.Record.Id, context.Record.Session, context.Record.Attempt, why);
        // The record comes first, and the watch that follows unfreezes: a session that lives again must never be found in Saving.
        await WriteAsync(context, record =>
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

    private async Task RemoveAsync(Context context, CancellationToken cancellationToken)
    {
        if (context.Held is { } held)
            await runtime.RemoveAsync(held, cancellationToken);
        await EndRecordAsync(context, problem: null, cancellationToken);
    }

    private async Task LoseAsync(Context context, CancellationToken cancellationToken)
    {
        var head = await snapshots.HeadAsync(context.Record.Owner, context.Record.Id, cancellationToken);
        LogLost(context.Record.Id, context.Record.Session, head?.Saved.Root);
        var problem = head is null
            ? "The machine lost the session's files."
            : $"The machine lost the session's files. What was saved at {head.Saved.At:u} is kept; what was newer is lost.";
        await EndRecordAsync(context, problem, cancellationToken);
    }

    private async Task EndRecordAsync(Context context, string? problem, CancellationToken cancellationToken)
    {
        await WriteAsync(context, record => record with
        {
            Phase = SessionPhase.Stopped,
            Address = null,
            Instance = null,
            Attempt = null,
            SaveAgainAt = null,
            FailedSaves = 0,
            Problem = problem ?? record.Problem,
            // A start that failed keeps its waterfall with the stage that did.
            Progress = record.Progress is { Kind: ProgressKind.Stop } progress ? progress.Finish("stopped", Now) : record.Progress,
        }, cancellationToken);
        await locations.ChangedAsync(context.Record.Id, cancellationToken);
    }

    /// <summary>What belongs to no REPL is ended, but never thrown away: the record may be what is missing, not the REPL.</summary>
    private async Task DisownAsync(RuntimeSession? held, SessionRecord? record, CancellationToken cancellationToken)
    {
        if (held is not null)
            LogOrphan(held.Id, held.Session, await runtime.SetAsideAsync(held, cancellationToken));
        if (record is not null)
            await store.DeleteAsync(record.Id, cancellationToken);
    }

    // ── records ──────────────────────────────────────────────────────────────────────────────────────────────────────

    private Task WriteAsync(Context context, Func<SessionRecord, SessionRecord> change, CancellationToken cancellationToken, bool tell = true) =>
        WriteAsync(
            context.Work,
            // A record of another session means that somebody else has moved on.
            current => current is not null && current.Session == context.Record.Session ? change(current) : throw new LeaseLostException(),
            cancellationToken, tell);

    private async Task WriteAsync(
        SessionWork work, Func<SessionRecord?, SessionRecord?> change, CancellationToken cancellationToken, bool tell = true)
    {
        await store.UpdateAsync(
            work.Id,
            current => current?.Fence > work.Fence ? throw new LeaseLostException() : change(current) is { } next ? next with { Fence = work.Fence } : null,
            cancellationToken);
        if (tell)
            await events.ChangedAsync(work.Owner, work.Id, cancellationToken);
    }

    private static string? Stale(SavedState saved) => saved.Stale switch
    {
        [] => null,
        [var one] => $"Saved, but for {one}, which could not be read.",
        [var first, ..] => $"Saved, but for {first} and {saved.Stale.Count - 1} more, which could not be read.",
    };

    private static string NewName() => RandomNumberGenerator.GetString("0123456789abcdefghjkmnpqrstvwxyz", 10);

    private static TimeSpan Positive(TimeSpan time) => time > TimeSpan.Zero ? time : TimeSpan.Zero;

    private static TimeSpan Min(TimeSpan one, TimeSpan other) => one < other ? one : other;

    private sealed record Context(
        SessionWork Work, ReplRecord Repl, SessionRecord Record, RuntimeSession? Held, RuntimeObservation Seen, SessionSpec Spec);
}
