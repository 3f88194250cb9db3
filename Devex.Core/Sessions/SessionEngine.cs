using Devex.Core.Repls;
using Devex.Core.Runtimes;
using Devex.Core.Sessions.Steps;
using Devex.Core.Sessions.Store;
using Devex.Core.Templates;

namespace Devex.Core.Sessions;

/// <summary>
/// Carries out <see cref="SessionPlan"/>, one step after another. Every step reads the world anew, does one thing that may be done twice, and writes
/// the record last: a crash anywhere leaves a record from which the next reconciler does the same step again.
/// </summary>
internal sealed partial class SessionEngine(
    IReplRecords repls, ISessionStore store, IReplRuntime runtime, ITemplates templates, StepRecorder recorder, StartSteps start, WatchStep watch,
    RecoverySteps recovery, FreezeSteps freeze, SaveStep save, EndSteps end, TimeProvider time, ILogger<SessionEngine> logger)
{
    /// <summary>For so long the way to a REPL may still lead to the session before.</summary>
    private static readonly TimeSpan Follows = TimeSpan.FromSeconds(10);

    /// <summary>S3 answers within a second; whoever waits for a start or stop is told after this time, long before Core gives a request up.</summary>
    private static readonly TimeSpan Slow = TimeSpan.FromSeconds(4);

    private DateTimeOffset Now => time.GetUtcNow();

    /// <summary>Moves a session until there is something to wait for.</summary>
    /// <returns>How long to wait at most; null when nothing is left to do or to watch.</returns>
    public async Task<TimeSpan?> RunAsync(SessionWork work, CancellationToken cancellationToken)
    {
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var repl = await FindAsync(work, cancellationToken);
            var held = await runtime.FindAsync(work.Id, cancellationToken);
            var record = await store.FindAsync(work.Id, cancellationToken);
            if (repl is null)
            {
                await end.DisownAsync(held, record, cancellationToken);
                return null;
            }

            var seen = await SeeAsync(held, cancellationToken);
            var desired = repl.DeletedAt is null ? repl.Desired : DesiredState.Stopped;
            var decision = SessionPlan.Next(record, held, seen, desired, Now);
            if (SessionPlan.GivesUp(decision.Step, record, held, seen))
            {
                // That there is nothing to lose is not believed of a watch that may be late.
                await runtime.LookAgainAsync(work.Id, cancellationToken);
                held = await runtime.FindAsync(work.Id, cancellationToken);
                seen = await SeeAsync(held, cancellationToken);
                decision = SessionPlan.Next(record, held, seen, desired, Now);
            }
            switch (decision.Step)
            {
                case SessionStep.Rest:
                    return null;
                case SessionStep.Wait:
                    return decision.At!.Value > Now ? decision.At.Value - Now : TimeSpan.Zero;
                case SessionStep.Queue:
                    var queued = NewSessions.Queued(work, record, Now);
                    LogStep(work.Id, queued.Session, decision.Step);
                    await recorder.WriteAsync(work, _ => queued, cancellationToken);
                    continue;
                case SessionStep.Adopt:
                    var adopted = NewSessions.Adopted(held!, record, Now);
                    LogStep(work.Id, adopted.Session, decision.Step);
                    await recorder.WriteAsync(work, _ => adopted, cancellationToken);
                    continue;
            }

            var spec = new SessionSpec(work.Owner, work.Id, record!.Session, templates.Find(repl.Template), record.ReadyAt is not null || record.EndedAt > Now - Follows);
            var context = new StepContext(work, repl, record, held, seen, spec);
            if (held is not null && (work.Refreshed != record.Session || seen.Incomplete) && Keeps(decision.Step) && record.Phase is not (SessionPhase.Removing or SessionPhase.Queued))
            {
                await runtime.PrepareAsync(context.Spec, cancellationToken);
                work.Refreshed = record.Session;
            }
            if (seen.Address is { } address && record.Address is { } before && address != before)
            {
                await recovery.MovedAsync(context, address, cancellationToken);
                continue;
            }
            if (decision.Step is SessionStep.Watch)
                return await watch.LookAsync(context, decision.At, cancellationToken);
            LogStep(work.Id, record.Session, decision.Step);
            await TakeAsync(decision.Step, context, cancellationToken);
        }
    }

    /// <summary>Whoever waits for a start or stop learns that it waits for S3.</summary>
    /// <returns>Whether there is one under way.</returns>
    public async Task<bool> TellOfStorageAsync(SessionWork work, CancellationToken cancellationToken)
    {
        if (await store.FindAsync(work.Id, cancellationToken) is not { Progress.Stages: [.., { EndedAt: null } last] })
            return false;
        if (last.Waiting is null)
        {
            await recorder.WriteAsync(work, record => record?.Progress is { } progress ? record with { Progress = progress.Wait() } : null, cancellationToken);
            work.WaitsForStorage = true;
        }
        return true;
    }

    private async Task<ReplRecord?> FindAsync(SessionWork work, CancellationToken cancellationToken)
    {
        var finding = repls.FindAsync(work.Owner, work.Id, cancellationToken);
        ReplRecord? repl;
        try
        {
            repl = await finding.WaitAsync(Slow, time, cancellationToken);
        }
        catch (TimeoutException) when (!finding.IsCompleted)
        {
            await TellOfStorageAsync(work, cancellationToken);
            repl = await finding;
        }
        if (work.WaitsForStorage)
            await GoesOnAsync(work, cancellationToken);
        return repl;
    }

    /// <summary>S3 has answered: nobody is told any more that it does not, however long the step is that comes now.</summary>
    private async Task GoesOnAsync(SessionWork work, CancellationToken cancellationToken)
    {
        await recorder.WriteAsync(work, record => record?.Progress is { } progress ? record with { Progress = progress.GoOn() } : null, cancellationToken);
        work.WaitsForStorage = false;
    }

    /// <summary>Nothing is made for what is taken away, such as a pod that came late of a session that has ended.</summary>
    private static bool Keeps(SessionStep step) => step is not (SessionStep.Remove or SessionStep.LeaveBehind or SessionStep.Force);

    private async Task<RuntimeObservation> SeeAsync(RuntimeSession? held, CancellationToken cancellationToken) =>
        held is null ? RuntimeObservation.None : await runtime.ObserveAsync(held, cancellationToken);

    /// <summary>A step that is under way is cut off when it is not wanted any more; the plan goes on from there with what is wanted now.</summary>
    private async Task TakeAsync(SessionStep step, StepContext context, CancellationToken cancellationToken)
    {
        using var activity = SessionTraces.Begin(step, context.Record, context.Work.Trace);
        using var cut = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        using var done = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var watching = CutOffAsync(step, context.Work, cut, done.Token);
        try
        {
            await DoAsync(step, context, cut.Token);
        }
        catch (OperationCanceledException) when (cut.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
        }
        finally
        {
            await done.CancelAsync();
            await watching;
        }
    }

    private async Task CutOffAsync(SessionStep step, SessionWork work, CancellationTokenSource cut, CancellationToken done)
    {
        try
        {
            while (!await IsUnwantedAsync(step, work, done))
                await work.WaitAsync(done);
            await cut.CancelAsync();
        }
        catch (OperationCanceledException)
        {
        }
    }

    /// <summary>A stop ends a start, and an operator's force anything but itself; an owner who goes on elsewhere ends whatever waits for a silent node.</summary>
    private async Task<bool> IsUnwantedAsync(SessionStep step, SessionWork work, CancellationToken cancellationToken)
    {
        if (step is SessionStep.Force)
            return false;
        var record = await store.FindAsync(work.Id, cancellationToken);
        if (record is { ForcedBy: not null } || (record is { LeaveBehind: true } && step is not (SessionStep.LeaveBehind or SessionStep.Silence)))
            return true;
        return step is SessionStep.Prepare or SessionStep.Restore or SessionStep.Serve
            && await repls.FindAsync(work.Owner, work.Id, cancellationToken) is not { DeletedAt: null, Desired: DesiredState.Running };
    }

    private Task DoAsync(SessionStep step, StepContext context, CancellationToken cancellationToken) => step switch
    {
        SessionStep.Prepare => start.PrepareAsync(context, cancellationToken),
        SessionStep.Restore => start.RestoreAsync(context, cancellationToken),
        SessionStep.Serve => start.ServeAsync(context, cancellationToken),
        SessionStep.Recover => recovery.RecoverAsync(context, context.Seen.Problem ?? "it was killed", cancellationToken),
        SessionStep.RestartSaver => recovery.RestartSaverAsync(context, cancellationToken),
        SessionStep.Stop => freeze.BeginAsync(context, cancellationToken),
        SessionStep.Freeze => freeze.FreezeAsync(context, cancellationToken),
        SessionStep.EndPrograms => freeze.EndProgramsAsync(context, cancellationToken),
        SessionStep.Save => save.SaveAsync(context, cancellationToken),
        SessionStep.Remove => end.RemoveAsync(context, cancellationToken),
        SessionStep.Silence => recovery.SilenceAsync(context, cancellationToken),
        SessionStep.LeaveBehind => end.LeaveBehindAsync(context, cancellationToken),
        SessionStep.Force => end.ForceAsync(context, cancellationToken),
        SessionStep.Lose => end.LoseAsync(context, cancellationToken),
        _ => throw new InvalidOperationException($"{step} is no step to take."),
    };
}
