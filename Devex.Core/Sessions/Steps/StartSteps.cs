using System.Diagnostics;
using Devex.Contracts.Api;
using Devex.Contracts.Control;
using Devex.Core.Environments;
using Devex.Core.Repls;
using Devex.Core.Runtimes;
using Devex.Core.Sessions.Control;
using Devex.Core.Templates;
using Devex.ServiceDefaults.Hosts;
using Microsoft.Extensions.Options;
using StackExchange.Redis;

namespace Devex.Core.Sessions.Steps;

/// <summary>From a queued session to one that answers. What fails ends the start in words.</summary>
internal sealed partial class StartSteps(
    IReplRecords repls, IReplRuntime runtime, ISessionControl control, ITemplates templates, ISessionVariables variables, ILocationEvents locations,
    StepRecorder recorder, RecoverySteps recovery, CollectedTelemetry collected, SessionMetrics metrics, IOptions<HostsOptions> hosts, TimeProvider time, ILogger<StartSteps> logger)
{
    private DateTimeOffset Now => time.GetUtcNow();

    /// <summary>Makes the session's place.</summary>
    public Task PrepareAsync(StepContext context, CancellationToken cancellationToken) => TryAsync(context, MakePlaceAsync, cancellationToken);

    /// <summary>Brings the files back.</summary>
    public Task RestoreAsync(StepContext context, CancellationToken cancellationToken) => TryAsync(context, BringFilesAsync, cancellationToken);

    /// <summary>Starts <c>serve</c> and saver, and has control accepted.</summary>
    public Task ServeAsync(StepContext context, CancellationToken cancellationToken) => TryAsync(context, BringUpAsync, cancellationToken);

    private async Task MakePlaceAsync(StepContext context, CancellationToken cancellationToken)
    {
        if (context.Spec.Template is not { } template)
            throw new RuntimeException($"The template '{context.Repl.Template}' is not installed here any more.");
        if (runtime.Refuse(template) is { } refusal)
            throw new RuntimeException(refusal);
        await runtime.PrepareAsync(context.Spec, cancellationToken);
        context.Work.Refreshed = context.Record.Session;
        await recorder.WriteAsync(context, record => record with { Phase = SessionPhase.Restoring, Progress = record.Progress?.Enter(runtime.FirstStage, Now) }, cancellationToken);
    }

    private async Task BringFilesAsync(StepContext context, CancellationToken cancellationToken)
    {
        var outcome = await runtime.RestoreAsync(context.Spec, cancellationToken, Entered);
        var seen = await runtime.ObserveAsync(context.Held!, cancellationToken);
        if (!seen.Restored)
            throw new RuntimeException(outcome.ExitCode == 4 ? "The files could not be fetched: the storage does not answer." : $"The files could not be restored: {outcome.LastWords}");
        await recorder.WriteAsync(context, record => record with { Phase = SessionPhase.Starting, Progress = record.Progress?.Enter("starting", Now) }, cancellationToken);

        Task Entered(string stage) => EnterAsync(context, stage, cancellationToken);
    }

    private async Task BringUpAsync(StepContext context, CancellationToken cancellationToken)
    {
        var serve = runtime.EnsureServeAsync(context.Spec, cancellationToken, stage => EnterAsync(context, stage, cancellationToken));
        await runtime.EnsureSaverAsync(context.Spec, cancellationToken);
        var address = await serve;
        var found = await control.StatusAsync(address, context.Record.Id, null, cancellationToken);
        collected.Take(context.Record, found.Measured);
        var environment = await variables.OfAsync(context.Repl, cancellationToken);
        var status = await control.ControlAsync(
            address, context.Record.Id, found.Instance, Introduction(context.Repl, environment), cancellationToken);
        SessionProgress? started = null;
        await recorder.WriteAsync(context, record => record with
        {
            Phase = SessionPhase.Running,
            Address = address,
            Instance = status.Instance,
            ReadyAt = record.ReadyAt ?? Now,
            BusyAt = Now,
            KeptBy = null,
            ToldEnvironment = environment.Mark,
            // A new serve has nobody inside who was let in by an older role.
            Told = found.Controlled ? record.Told : context.Repl.Members,
            // That the session crashed or lost something is still to be read when it runs again; its watch forgets it after a while.
            Problem = record.SaveAgainAt is not null || record.Crashes > 0 ? record.Problem : null,
            Progress = Ready(record),
        }, cancellationToken);
        if (started is not null)
            metrics.Started(started);
        await locations.ChangedAsync(context.Record.Id, cancellationToken);

        SessionProgress? Ready(SessionRecord record)
        {
            var progress = record.Progress?.Finish("ready", Now);
            // A serve that came back is no start.
            started = record.ReadyAt is null ? progress : null;
            return progress;
        }
    }

    private async Task EnterAsync(StepContext context, string stage, CancellationToken cancellationToken)
    {
        var entered = context.Work.Stage;
        if (entered == (context.Record.Session, stage))
            return;
        context.Work.Stage = (context.Record.Session, stage);
        await recorder.WriteAsync(context, record => record with { Progress = record.Progress?.Enter(stage, Now) }, cancellationToken);
    }

    private ControlRequest Introduction(ReplRecord repl, SessionVariables environment) => new(
        WebOrigin: hosts.Value.WebOrigin, Environment: environment.Values, Name: repl.Name, RunCommand: repl.RunCommand ?? templates.Find(repl.Template)?.RunCommand, Frozen: false,
        LanguageServers: templates.Find(repl.Template)?.LanguageServers);

    /// <summary>Runs a step of a start, whose failure ends the start in words. That Redis does not answer is no such failure: the step is done again.</summary>
    private async Task TryAsync(StepContext context, Func<StepContext, CancellationToken, Task> step, CancellationToken cancellationToken)
    {
        try
        {
            await step(context, cancellationToken);
        }
        catch (Exception e) when (e is not (LeaseLostException or OperationCanceledException or RedisException or RedisTimeoutException))
        {
            await FailAsync(context, e.Message, cancellationToken);
        }
    }

    private async Task FailAsync(StepContext context, string why, CancellationToken cancellationToken)
    {
        if (context.Record.ReadyAt is not null)
        {
            // Somebody worked here: whatever fails, the files stay until they are saved.
            await recovery.RecoverAsync(context, why, cancellationToken);
            return;
        }
        Activity.Current?.SetStatus(ActivityStatusCode.Error, why);
        metrics.Failed(ReconcileError.Start);
        LogStartFailed(context.Record.Id, context.Record.Session, why);
        // Whoever has lost the lease meanwhile may have failed for that alone, and has no say in what is wanted.
        await recorder.WriteAsync(context, record => record with { Problem = why }, cancellationToken, tell: false);
        await repls.WantStoppedAsync(context.Record.Owner, context.Record.Id, cancellationToken);
        await recorder.WriteAsync(
            context, record => record with { Phase = SessionPhase.Removing, Problem = why, Progress = record.Progress?.Fail(why, Now) }, cancellationToken);
    }
}
