using Devex.Core.Events;
using Devex.Core.Sessions.Store;

namespace Devex.Core.Sessions.Steps;

/// <summary>Writes what a step came to, unless the lease has passed on, and tells everyone who looks.</summary>
internal sealed class StepRecorder(ISessionStore store, IReplEvents events)
{
    /// <summary>Changes the record of the session that the step was taken for.</summary>
    /// <exception cref="LeaseLostException">A newer lease, or another session, has the record.</exception>
    public Task WriteAsync(StepContext context, Func<SessionRecord, SessionRecord> change, CancellationToken cancellationToken, bool tell = true) =>
        WriteAsync(
            context.Work,
            // A record of another session means that somebody else has moved on.
            current => current is not null && current.Session == context.Record.Session ? change(current) : throw new LeaseLostException(),
            cancellationToken, tell);

    /// <summary>Changes whatever record there is; a change that returns null writes nothing.</summary>
    /// <exception cref="LeaseLostException">A newer lease has the record.</exception>
    public async Task WriteAsync(
        SessionWork work, Func<SessionRecord?, SessionRecord?> change, CancellationToken cancellationToken, bool tell = true)
    {
        await store.UpdateAsync(
            work.Id,
            current => current?.Fence > work.Fence ? throw new LeaseLostException() : change(current) is { } next ? next with { Fence = work.Fence } : null,
            cancellationToken);
        if (tell)
            await events.ChangedAsync(work.Owner, work.Id, cancellationToken);
    }
}
