using Devex.Contracts.Api;
using Devex.Core.Runtimes;
using Devex.Core.Sessions.Store;
using Devex.Core.Snapshots;

namespace Devex.Core.Sessions.Steps;

/// <summary>Ends a session whose files are saved, gone, or nobody's.</summary>
internal sealed partial class EndSteps(
    ISessionStore store, IReplRuntime runtime, ISnapshots snapshots, ILocationEvents locations, StepRecorder recorder, TimeProvider time,
    ILogger<EndSteps> logger)
{
    private DateTimeOffset Now => time.GetUtcNow();

    /// <summary>Removes what is saved. A journal that never got to its files is all that has the last edits: it stays for the operator, with the files.</summary>
    public async Task RemoveAsync(StepContext context, CancellationToken cancellationToken)
    {
        if (context.Held is { } held && context.Record.Lacks is { } lacks)
            LogKept(held.Id, held.Session, lacks, await runtime.SetAsideAsync(held, cancellationToken));
        else if (context.Held is { } saved)
            await runtime.RemoveAsync(saved, cancellationToken);
        await EndRecordAsync(context, problem: null, cancellationToken);
    }

    /// <summary>The files are gone: the last commit counts.</summary>
    public async Task LoseAsync(StepContext context, CancellationToken cancellationToken)
    {
        var head = await snapshots.HeadAsync(context.Record.Owner, context.Record.Id, cancellationToken);
        LogLost(context.Record.Id, context.Record.Session, head?.Saved.Root);
        var problem = head is null
            ? "The machine lost the session's files."
            : $"The machine lost the session's files. What was saved at {head.Saved.At:u} is kept; what was newer is lost.";
        await EndRecordAsync(context, problem, cancellationToken);
    }

    /// <summary>An operator ends it without a save. Where the runtime can, what was not saved is kept for the operator, not for the REPL.</summary>
    public async Task ForceAsync(StepContext context, CancellationToken cancellationToken)
    {
        var where = context.Held is { } held ? await runtime.SetAsideAsync(held, cancellationToken) : "nothing was there";
        var head = await snapshots.HeadAsync(context.Record.Owner, context.Record.Id, cancellationToken);
        LogForced(context.Record.Id, context.Record.Session, context.Record.ForcedBy!.Value, head?.Saved.Root, where);
        await EndRecordAsync(
            context,
            head is null
                ? "An operator ended the session without saving it."
                : $"An operator ended the session without saving it. What was saved at {head.Saved.At:u} is kept; what was newer is lost.",
            cancellationToken);
    }

    /// <summary>What is on a silent node ends when it is back, and becomes a rescue in the history; the REPL goes on from the last commit.</summary>
    public async Task LeaveBehindAsync(StepContext context, CancellationToken cancellationToken)
    {
        // First: half of it done, the node does not seem silent any more, and what is taken away must not be made anew.
        await recorder.WriteAsync(context, record => record with { Phase = SessionPhase.Removing }, cancellationToken, tell: false);
        if (context.Held is { } held)
            await runtime.LeaveBehindAsync(held, cancellationToken);
        LogLeftBehind(context.Record.Id, context.Record.Session, context.Record.SilentSince);
        await EndRecordAsync(context, "The session was left on a node that does not answer. If that comes back, what was newer is kept in the history.", cancellationToken);
    }

    /// <summary>What belongs to no REPL is ended, but never thrown away: the record may be what is missing, not the REPL.</summary>
    public async Task DisownAsync(RuntimeSession? held, SessionRecord? record, CancellationToken cancellationToken)
    {
        if (held is not null)
            LogOrphan(held.Id, held.Session, await runtime.SetAsideAsync(held, cancellationToken));
        if (record is not null)
            await store.DeleteAsync(record.Id, cancellationToken);
    }

    private async Task EndRecordAsync(StepContext context, string? problem, CancellationToken cancellationToken)
    {
        await recorder.WriteAsync(context, record => record with
        {
            Phase = SessionPhase.Stopped,
            Address = null,
            Instance = null,
            Attempt = null,
            Lacks = null,
            SaveAgainAt = null,
            ForcedBy = null,
            SilentSince = null,
            LeaveBehind = false,
            EndedAt = Now,
            Told = null,
            FailedSaves = 0,
            Problem = problem ?? record.Problem,
            // A start that failed keeps its waterfall with the stage that did.
            Progress = record.Progress is { Kind: ProgressKind.Stop, Stages: [.., { EndedAt: null }] } progress ? progress.Finish("stopped", Now) : record.Progress,
        }, cancellationToken);
        await locations.ChangedAsync(context.Record.Id, cancellationToken);
    }
}
