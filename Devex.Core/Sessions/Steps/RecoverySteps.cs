using Devex.Contracts.Api;
using Devex.Core.Runtimes;
using Devex.Core.Snapshots;
using Microsoft.Extensions.Options;

namespace Devex.Core.Sessions.Steps;

/// <summary>What crashed is started again over the same files, ever later.</summary>
internal sealed partial class RecoverySteps(
    IReplRuntime runtime, ISnapshots snapshots, ILocationEvents locations, StepRecorder recorder, IOptions<SessionsOptions> options, TimeProvider time,
    ILogger<RecoverySteps> logger)
{
    private DateTimeOffset Now => time.GetUtcNow();

    /// <summary><c>serve</c> is gone, for the reason given.</summary>
    public async Task RecoverAsync(StepContext context, string why, CancellationToken cancellationToken)
    {
        var crashes = context.Record.Crashes + 1;
        LogCrashed(context.Record.Id, context.Record.Session, crashes, why);
        var problem = context.Seen.Restored
            ? Crashed(why)
            : await LostAsync(context, why, cancellationToken);
        await recorder.WriteAsync(context, record => record with
        {
            Phase = SessionPhase.Starting,
            Address = null,
            Instance = null,
            Crashes = crashes,
            // Once may happen; what crashes again and again is given time.
            ServeAgainAt = crashes == 1 ? Now : Now + BackOff.After(crashes - 1),
            Problem = problem,
            Progress = ProgressStages.Begin(record.Session, ProgressKind.Start, "starting", Now),
        }, cancellationToken);
        await locations.ChangedAsync(context.Record.Id, cancellationToken);
    }

    /// <summary>Why, when nobody has told yet.</summary>
    public const string UnknownEnd = "how it ended is not known";

    public static string Crashed(string why) => $"The session crashed and is started again over the same files: {why}";

    /// <summary>The files went with their place.</summary>
    private async Task<string> LostAsync(StepContext context, string why, CancellationToken cancellationToken)
    {
        var head = await snapshots.HeadAsync(context.Record.Owner, context.Record.Id, cancellationToken);
        return head is null ? $"The session's place is gone: {why}."
            : context.Seen.Leaving ? $"The session moved: {why}. It goes on from what was saved a last time; programs were ended."
            : $"The session's place is gone: {why}. It starts again from what was saved at {head.Saved.At:u}; what was newer is lost, but for edits in pages that are open.";
    }

    /// <summary><c>serve</c> runs on, and is dialled elsewhere: the way to it was taken away and made anew.</summary>
    public async Task MovedAsync(StepContext context, string address, CancellationToken cancellationToken)
    {
        await recorder.WriteAsync(context, record => record with { Address = address }, cancellationToken, tell: false);
        await locations.ChangedAsync(context.Record.Id, cancellationToken);
    }

    /// <summary>The session's node fell silent, or answers again.</summary>
    public async Task SilenceAsync(StepContext context, CancellationToken cancellationToken)
    {
        var since = context.Seen.SilentSince;
        var head = since is null ? null : await snapshots.HeadAsync(context.Record.Owner, context.Record.Id, cancellationToken);
        LogSilence(context.Record.Id, context.Record.Session, since);
        await recorder.WriteAsync(context, record => record with
        {
            SilentSince = since,
            LeaveBehind = since is not null && record.LeaveBehind,
            // Nobody could be busy meanwhile.
            BusyAt = since is null ? Now : record.BusyAt,
            Problem = since is null ? null : $"The session's node has not answered since {since:u}. It may come back with everything on it."
                + (head is null ? "" : $" What was saved at {head.Saved.At:u} is safe, and from {since + options.Value.UnreachableAfter:u} on its owner may start from that."),
        }, cancellationToken);
    }

    /// <summary>The saver is gone.</summary>
    public async Task RestartSaverAsync(StepContext context, CancellationToken cancellationToken)
    {
        // The time of the next try is written first: a saver that dies at once must not be started in a circle.
        await recorder.WriteAsync(
            context, record => record with { SaverCrashes = record.SaverCrashes + 1, SaverAgainAt = Now + BackOff.After(record.SaverCrashes + 1) },
            cancellationToken, tell: false);
        await runtime.EnsureSaverAsync(context.Spec, cancellationToken);
    }
}
