using Devex.Contracts;
using Devex.Contracts.Control;
using Devex.Core.Environments;
using Devex.Core.Repls;
using Devex.Core.Runtimes;
using Devex.Core.Sessions.Control;
using Microsoft.Extensions.Options;

namespace Devex.Core.Sessions.Steps;

/// <summary>Looks after a running session: whether it is still the one we know, and whether it has lived long enough.</summary>
internal sealed partial class WatchStep(
    IReplRecords repls, IReplRuntime runtime, ISessionControl control, ISessionVariables variables, StepRecorder recorder, CollectedTelemetry collected, SessionMetrics metrics,
    IOptions<SessionsOptions> options, TimeProvider time, ILogger<WatchStep> logger)
{
    private static readonly TimeSpan QuietAfterCrash = TimeSpan.FromMinutes(5);

    private DateTimeOffset Now => time.GetUtcNow();

    /// <param name="context">The session.</param>
    /// <param name="until">When the plan has something else to do; null when it has nothing.</param>
    /// <param name="cancellationToken">Ends the look.</param>
    /// <returns>How long to wait for the next look.</returns>
    public async Task<TimeSpan> LookAsync(StepContext context, DateTimeOffset? until, CancellationToken cancellationToken)
    {
        var record = context.Record;
        if (record.Address is null)
        {
            await recorder.WriteAsync(context, current => current with { Phase = SessionPhase.Starting }, cancellationToken);
            return TimeSpan.Zero;
        }
        var again = until is { } at ? Min(at - Now, options.Value.StatusInterval) : options.Value.StatusInterval;
        try
        {
            var status = await control.StatusAsync(record.Address, record.Id, null, cancellationToken);
            collected.Take(record, status.Measured);
            if (!status.Controlled || status.Instance != record.Instance)
            {
                // serve lost its control or, with another instance, was started again without us: introduce ourselves once more.
                var crashed = status.Instance != record.Instance;
                var how = crashed ? await HowItEndedAsync(context, cancellationToken) : null;
                await recorder.WriteAsync(context, current => current with
                {
                    Phase = SessionPhase.Starting,
                    Crashes = current.Crashes + (crashed ? 1 : 0),
                    ServeAgainAt = crashed ? Now : current.ServeAgainAt,
                    Problem = how is not null ? RecoverySteps.Crashed(how) : current.Problem,
                }, cancellationToken);
                return TimeSpan.Zero;
            }
            if (context.Seen.LastEnd is { } heard && record.Problem == RecoverySteps.Crashed(RecoverySteps.UnknownEnd))
            {
                // It answered before its runtime had told how the one before ended.
                await recorder.WriteAsync(context, current => current with { Problem = RecoverySteps.Crashed(heard) }, cancellationToken);
            }
            if (record.SaveAgainAt is not null && context.Repl is { DeletedAt: null, Desired: DesiredState.Running })
            {
                // A stop that failed is not wanted any more.
                await recorder.WriteAsync(context, current => current with { SaveAgainAt = null, FailedSaves = 0, Problem = null }, cancellationToken);
            }
            await TellRolesAsync(context, status.Instance, cancellationToken);
            await TellEnvironmentAsync(context, status.Instance, cancellationToken);
            if (status.Frozen)
                await control.ControlAsync(record.Address, record.Id, status.Instance, new ControlRequest(Frozen: false), cancellationToken);
            if (IdleClock.Expired(record, status, options.Value, Now) is { } why)
            {
                LogEnded(record.Id, record.Session, why);
                await repls.WantStoppedAsync(record.Owner, record.Id, cancellationToken);
                return TimeSpan.Zero;
            }
            var (busyAt, keptBy) = (IdleClock.LastBusy(record, status, Now), IdleClock.KeptBy(status));
            var told = record.KeptBy is { } before && before.SequenceEqual(keptBy);
            if (!told || busyAt != record.BusyAt || (record.Crashes > 0 && record.ServeAgainAt < Now - QuietAfterCrash))
            {
                await recorder.WriteAsync(context, current => current with
                {
                    BusyAt = busyAt,
                    KeptBy = keptBy,
                    Crashes = current.ServeAgainAt < Now - QuietAfterCrash ? 0 : current.Crashes,
                    SaverCrashes = current.SaverAgainAt < Now - QuietAfterCrash ? 0 : current.SaverCrashes,
                    Problem = current.Crashes > 0 && current.SaveAgainAt is null && current.ServeAgainAt < Now - QuietAfterCrash ? null : current.Problem,
                }, cancellationToken, tell: !told);
            }
        }
        catch (SessionControlException e)
        {
            metrics.Failed(ReconcileError.Silent);
            LogSilent(record.Id, record.Session, e.Message);
        }
        return Positive(again);
    }

    /// <summary>How the <c>serve</c> before ended; once may happen, and of what crashes again its last lines are told.</summary>
    private async Task<string> HowItEndedAsync(StepContext context, CancellationToken cancellationToken)
    {
        var end = context.Seen.LastEnd ?? RecoverySteps.UnknownEnd;
        var record = context.Record;
        return record.Crashes > 0 && await runtime.LastWordsAsync(new RuntimeSession(record.Owner, record.Id, record.Session), cancellationToken) is { Length: > 0 } said ? $"{end}: {said}" : end;
    }

    /// <summary>Brings the roles of people inside to what the record says; sockets of those who lost their access close at once.</summary>
    private async Task TellRolesAsync(StepContext context, string instance, CancellationToken cancellationToken)
    {
        var (told, members) = (context.Record.Told ?? new Dictionary<string, Role>(), context.Repl.Members);
        var changed = members.Where(member => !told.TryGetValue(member.Key, out var role) || role != member.Value).ToDictionary();
        UserId[] gone = [.. told.Keys.Where(user => !members.ContainsKey(user)).Select(user => UserId.Parse(user))];
        if (changed.Count == 0 && gone.Length == 0)
            return;
        await control.ControlAsync(context.Record.Address!, context.Record.Id, instance, new ControlRequest(Revoke: gone, Roles: changed), cancellationToken);
        await recorder.WriteAsync(context, current => current with { Told = members }, cancellationToken, tell: false);
    }

    /// <summary>Brings the environment to what the records of REPL and owner say, for programs that start from now on.</summary>
    private async Task TellEnvironmentAsync(StepContext context, string instance, CancellationToken cancellationToken)
    {
        var environment = await variables.OfAsync(context.Repl, cancellationToken);
        if (environment.Mark == context.Record.ToldEnvironment)
            return;
        await control.ControlAsync(context.Record.Address!, context.Record.Id, instance, new ControlRequest(Environment: environment.Values), cancellationToken);
        await recorder.WriteAsync(context, current => current with { ToldEnvironment = environment.Mark }, cancellationToken, tell: false);
    }

    private static TimeSpan Positive(TimeSpan time) => time > TimeSpan.Zero ? time : TimeSpan.Zero;

    private static TimeSpan Min(TimeSpan one, TimeSpan other) => one < other ? one : other;
}
