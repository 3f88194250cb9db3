using Devex.Contracts.Api;
using Devex.Contracts.Control;
using Devex.Core.Runtimes;
using Devex.Core.Sessions.Control;
using Devex.ServiceDefaults.Hosts;
using Microsoft.Extensions.Options;

namespace Devex.Core.Sessions.Steps;

/// <summary>Brings a session to rest before it is saved: nothing more is acknowledged, everything acknowledged is in its file, programs have ended.</summary>
internal sealed partial class FreezeSteps(
    IReplRuntime runtime, ISessionControl control, StepRecorder recorder, SaveStep save, IOptions<SessionsOptions> options, IOptions<HostsOptions> hosts,
    TimeProvider time, ILogger<FreezeSteps> logger)
{
    private const int SaveAttemptsWithUnflushed = 3;
    private static readonly TimeSpan FlushLook = TimeSpan.FromMilliseconds(100);

    private DateTimeOffset Now => time.GetUtcNow();

    /// <summary>Begins to stop.</summary>
    public Task BeginAsync(StepContext context, CancellationToken cancellationToken) => recorder.WriteAsync(context, record => record with
    {
        Phase = SessionPhase.Freezing,
        Progress = ProgressStages.Begin(record.Session, ProgressKind.Stop, "freezing", Now),
    }, cancellationToken);

    /// <summary>Has <c>serve</c> acknowledge nothing more.</summary>
    public async Task FreezeAsync(StepContext context, CancellationToken cancellationToken)
    {
        if (context.Seen.Serving && !await FlushAsync(context, cancellationToken))
            return;
        await recorder.WriteAsync(context, record => record with { Phase = SessionPhase.Ending, Progress = record.Progress?.Enter("ending", Now) }, cancellationToken);
    }

    /// <summary>Ends the user's programs.</summary>
    public async Task EndProgramsAsync(StepContext context, CancellationToken cancellationToken)
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
        await recorder.WriteAsync(
            context, record => record with { Phase = SessionPhase.Saving, Attempt = Names.New(), Progress = record.Progress?.Enter("saving", Now) }, cancellationToken);
    }

    /// <summary>False when the stop was given up for now.</summary>
    private async Task<bool> FlushAsync(StepContext context, CancellationToken cancellationToken)
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
                await save.FailedAsync(context, why, cancellationToken);
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
}
