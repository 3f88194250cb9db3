using System.Globalization;
using Devex.Contracts;
using Devex.Contracts.Api;
using Devex.Contracts.Control;
using Devex.Core.Errors;
using Devex.Core.Events;
using Devex.Core.Identity;
using Devex.Core.Repls;
using Devex.Core.Sessions;
using Devex.Core.Sessions.Control;
using Devex.Core.Sessions.Store;

namespace Devex.Core.Operators;

/// <summary>What operators may do to what is not theirs. Every act is logged with who did it.</summary>
internal sealed partial class OperatorActs(
    ISessions sessions, ISessionStore store, ISessionControl control, ReplRecords records, UserDirectory users,
    IReplEvents events, ILocationEvents locations, TimeProvider time, ILogger<OperatorActs> logger)
{
    /// <summary>All sessions that are not stopped.</summary>
    public async Task<IReadOnlyList<OperatorSession>> ListAsync(UserSummary by, CancellationToken cancellationToken)
    {
        var active = await store.ActiveAsync(cancellationToken);
        LogListed(by.Id, active.Count);
        var found = await store.FindAsync([.. active.Select(repl => repl.Id)], cancellationToken);
        return await Task.WhenAll(found.OfType<SessionRecord>().OrderBy(record => record.ReadyAt).Select(async record => new OperatorSession(
            record.Id, await users.SummaryAsync(record.Owner, cancellationToken), (await records.FindAsync(record.Id, cancellationToken))?.Template,
            record.ToState(), record.Problem, record.ReadyAt, record.BusyAt, record.Saved)));
    }

    /// <summary>As its owner would: saved first, however long that takes.</summary>
    public async Task StopAsync(UserSummary by, ReplId id, CancellationToken cancellationToken)
    {
        var repl = await FindAsync(id, cancellationToken);
        LogStopped(by.Id, id, repl.Owner);
        await WantStoppedAsync(repl, cancellationToken);
    }

    /// <summary>Ends a session without saving it, whatever it is at.</summary>
    /// <exception cref="ApiProblem">404 for an unknown REPL; 409 when no session of it is there.</exception>
    public async Task<ForcedEnd> ForceAsync(UserSummary by, ReplId id, CancellationToken cancellationToken)
    {
        // Wanted stopped first: what is ended must not be started again by the reconciler.
        var repl = await WantStoppedAsync(await FindAsync(id, cancellationToken), cancellationToken);
        var record = await store.UpdateAsync(
            id, current => current is null or { Phase: SessionPhase.Stopped } or { ForcedBy: not null } ? null : current with { ForcedBy = by.Id }, cancellationToken);
        if (record is not { ForcedBy: not null })
            throw ApiProblem.Conflict("repl.notRunning", "No session of this REPL is there to be ended.");
        var lost = record.Saved is { } saved
            ? string.Create(CultureInfo.InvariantCulture, $"What was changed after {saved.At:u} in this session and not saved.")
            : "Everything that was changed in this session: none of it was ever saved.";
        LogForced(by.Id, id, repl.Owner, lost);
        await sessions.WakeAsync(repl, cancellationToken);
        return new ForcedEnd(record.Saved, lost);
    }

    /// <summary>Keeps a user out: no credential of theirs counts, their sessions are saved and stopped, and they are shown out of those of others.</summary>
    /// <exception cref="ApiProblem">404 for a user who never signed in; 409 for the operator's own account.</exception>
    public async Task<Suspension> SuspendAsync(UserSummary by, UserId id, CancellationToken cancellationToken)
    {
        if (by.Id == id)
            throw ApiProblem.Conflict("user.self", "You cannot suspend yourself.");
        var now = time.GetUtcNow();
        var user = await users.UpdateAsync(id, old => old.SuspendedAt is null ? old with { SuspendedAt = now } : old, cancellationToken) ?? throw NoUser();
        var stopping = new List<ReplId>();
        foreach (var (owner, repl) in await store.ActiveAsync(cancellationToken))
        {
            if (owner == id && await records.FindAsync(repl, cancellationToken) is { } own)
            {
                await WantStoppedAsync(own, cancellationToken);
                stopping.Add(repl);
            }
            await ShowOutAsync(id, repl, cancellationToken);
        }
        LogSuspended(by.Id, id, stopping.Count);
        return new Suspension(user.Summary, user.SuspendedAt!.Value, stopping);
    }

    /// <summary>Lets a user in again.</summary>
    /// <exception cref="ApiProblem">404 for a user who never signed in.</exception>
    public async Task ReinstateAsync(UserSummary by, UserId id, CancellationToken cancellationToken)
    {
        _ = await users.UpdateAsync(id, old => old.SuspendedAt is null ? old : old with { SuspendedAt = null }, cancellationToken) ?? throw NoUser();
        LogReinstated(by.Id, id);
    }

    private static ApiProblem NoUser() => new(StatusCodes.Status404NotFound, "user.notFound", "Nobody of this id ever signed in.");

    private async Task<ReplRecord> FindAsync(ReplId id, CancellationToken cancellationToken) =>
        await records.FindAsync(id, cancellationToken) ?? throw ApiProblem.NoRepl();

    private async Task<ReplRecord> WantStoppedAsync(ReplRecord repl, CancellationToken cancellationToken)
    {
        var changed = await records.UpdateAsync(
            repl.Owner, repl.Id, record => record.Desired == DesiredState.Stopped ? record : record with { Desired = DesiredState.Stopped }, cancellationToken)
            ?? throw ApiProblem.NoRepl();
        await sessions.WakeAsync(changed, cancellationToken);
        await events.ChangedAsync(changed.Owner, changed.Id, cancellationToken);
        return changed;
    }

    /// <summary>Of previews, and of the session. What does not answer now lets nobody in either: tickets are refused from the moment of the suspension on.</summary>
    private async Task ShowOutAsync(UserId user, ReplId repl, CancellationToken cancellationToken)
    {
        await locations.ChangedAsync(repl, cancellationToken);
        if (await store.FindAsync(repl, cancellationToken) is not { Address: { } address, Instance: { } instance })
            return;
        try
        {
            await control.ControlAsync(address, repl, instance, new ControlRequest(Revoke: [user]), cancellationToken);
        }
        catch (SessionControlException e)
        {
            LogNotShownOut(user, repl, e.Message);
        }
    }
}
