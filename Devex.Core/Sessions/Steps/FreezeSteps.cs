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
    /// <summary>A stop is put off so many times before it goes on without the edits that do not get to their files; the journal that has them is then kept.</summary>
    private const int PutOffs = 3;
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
        var (serve, why) = await FlushAsync(context, cancellationToken);
        if (why is not null && context.Record.FailedSaves < PutOffs)
        {
            await save.FailedAsync(context, why, cancellationToken);
            return;
        }
        if (why is not null)
            LogForced(context.Record.Id, context.Record.Session, "freeze", why);
        await recorder.WriteAsync(context, record => record with
        {
            Phase = SessionPhase.Ending,
            Address = serve?.Address ?? record.Address,
            Instance = serve?.Instance ?? record.Instance,
            Lacks = why is null ? null : $"Saved, but edits of the last moments may be missing: {why}. They stay on the machine; an operator can get them.",
            Progress = record.Progress?.Enter("ending", Now),
        }, cancellationToken);
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

    /// <summary>Brings everything acknowledged to its file, by the <c>serve</c> that runs or by a new one; otherwise says why not.</summary>
    private async Task<(Serve? Serve, string? Why)> FlushAsync(StepContext context, CancellationToken cancellationToken)
    {
        if (context is { Seen.Serving: true, Record: { Address: { } address, Instance: { } instance } })
        {
            try
            {
                return await FreezeAsync(context, new Serve(address, instance), cancellationToken);
            }
            catch (SessionControlException e)
            {
                // What cannot be frozen is ended: nothing may change under the save.
                LogForced(context.Record.Id, context.Record.Session, "freeze", e.Message);
                await runtime.EndServeAsync(context.Spec, cancellationToken);
            }
        }
        try
        {
            // What was acknowledged and had not reached its file is in the journal, from which a new one writes it.
            address = await runtime.EnsureServeAsync(context.Spec, cancellationToken);
            instance = (await control.StatusAsync(address, context.Record.Id, null, cancellationToken)).Instance;
            return await FreezeAsync(context, new Serve(address, instance), cancellationToken);
        }
        catch (Exception e) when (e is SessionControlException or RuntimeException)
        {
            await runtime.EndServeAsync(context.Spec, cancellationToken);
            return (null, $"open documents could not be brought to their files ({e.Message})");
        }
    }

    private async Task<(Serve? Serve, string? Why)> FreezeAsync(StepContext context, Serve serve, CancellationToken cancellationToken)
    {
        var status = await control.ControlAsync(
            serve.Address, context.Record.Id, serve.Instance,
            new ControlRequest(WebOrigin: hosts.Value.WebOrigin, Frozen: true, FreezeReason: "The session is being saved and stopped."), cancellationToken);
        var until = Now + options.Value.FlushTimeout;
        while (status.Unflushed > 0 && Now < until)
        {
            await Task.Delay(FlushLook, time, cancellationToken);
            status = await control.StatusAsync(serve.Address, context.Record.Id, serve.Instance, cancellationToken);
        }
        return (serve, status.Unflushed == 0 ? null : $"{status.Unflushed} open documents could not be written to their files");
    }

    private sealed record Serve(string Address, string Instance);
}
