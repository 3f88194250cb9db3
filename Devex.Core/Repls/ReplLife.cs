using Devex.Core.Access;
using Devex.Core.Errors;
using Devex.Core.Events;
using Devex.Core.Identity;
using Devex.Core.Sessions;
using Microsoft.Extensions.Options;

namespace Devex.Core.Repls;

/// <summary>Starts, stops, deletes and brings back: writes what is wanted and wakes the reconciler.</summary>
internal sealed class ReplLife(
    ReplStore store, ReplRecords records, ReplIndex index, IndexRepair repair, ReplMaker maker, ISessions sessions, IReplEvents events, ILocationEvents locations,
    UserDirectory users, IOptions<ReplLimits> limits, TimeProvider time)
{
    /// <summary>Idempotent: what runs already goes on.</summary>
    /// <exception cref="ApiProblem">409 when it cannot run here, or the owner has as many sessions as allowed.</exception>
    public async Task<ReplRecord> StartAsync(Caller caller, ReplRecord repl, CancellationToken cancellationToken)
    {
        if (sessions.Refuse(repl.Template) is { } refusal)
            throw ApiProblem.Conflict("repl.cannotRun", refusal);
        if ((await users.FindAsync(repl.Owner, cancellationToken))?.SuspendedAt is not null)
            throw ApiProblem.Conflict("repl.ownerSuspended", "The owner of this REPL is suspended here; until an operator lifts that it cannot run.");
        var (result, token) = await index.ReserveRunAsync(repl.Owner, repl.Id, limits.Value.Running);
        if (result == Reservation.NotIndexed)
        {
            await repair.EnsureAsync(cancellationToken);
            (result, token) = await index.ReserveRunAsync(repl.Owner, repl.Id, limits.Value.Running);
        }
        if (result == Reservation.LimitReached)
        {
            throw ApiProblem.Conflict("repl.runningLimit",
                $"{limits.Value.Running} REPLs of this owner run already or are still being saved, the most allowed here. Stop one first, or wait a moment.");
        }
        try
        {
            return await WantAsync(caller, repl, record => record.DeletedAt is not null ? throw ApiProblem.NoRepl()
                : record.Desired == DesiredState.Running ? record : record with { Desired = DesiredState.Running }, cancellationToken);
        }
        finally
        {
            // By now the record holds the place, or nothing came of it.
            await index.ReleaseRunAsync(repl.Owner, repl.Id, token);
        }
    }

    /// <summary>Goes on from what was saved last, without what is on a node that does not answer.</summary>
    /// <exception cref="ApiProblem">409 when its session is not out of reach, or not for long enough.</exception>
    public async Task<ReplRecord> StartFromSavedAsync(Caller caller, ReplRecord repl, CancellationToken cancellationToken)
    {
        if (await sessions.LeaveBehindAsync(repl, cancellationToken) is { } refusal)
            throw ApiProblem.Conflict("repl.notUnreachable", refusal);
        return await StartAsync(caller, repl, cancellationToken);
    }

    public Task<ReplRecord> StopAsync(Caller caller, ReplRecord repl, CancellationToken cancellationToken) => WantAsync(
        caller, repl, record => record.Desired == DesiredState.Stopped ? record : record with { Desired = DesiredState.Stopped }, cancellationToken);

    /// <summary>To the trash; a session is saved and ended first by the reconciler.</summary>
    public Task<ReplRecord> DeleteAsync(Caller caller, ReplRecord repl, CancellationToken cancellationToken) => WantAsync(
        caller, repl,
        record => record.DeletedAt is not null ? record : record with { DeletedAt = time.GetUtcNow(), Desired = DesiredState.Stopped },
        cancellationToken);

    /// <summary>Out of the trash, under its old name or, when that is taken by now, the next free one after it.</summary>
    public async Task<ReplRecord> RestoreAsync(Caller caller, ReplRecord repl, CancellationToken cancellationToken)
    {
        var name = await maker.ReserveAsync(repl.Owner, repl.Id, null, repl.Name, cancellationToken);
        try
        {
            return await WantAsync(
                caller, repl, record => record.ExpiredAt is not null ? throw ApiProblem.NoRepl()
                    : record.DeletedAt is null ? record : record with { DeletedAt = null, Name = name.Value }, cancellationToken);
        }
        finally
        {
            // Indexes what came of it, which frees what was reserved and not taken.
            if (await records.ReadAsync(repl.Owner, repl.Id, CancellationToken.None) is { } record)
            {
                await index.PutAsync(record);
                await index.ReleaseAsync(repl.Owner, repl.Id, name);
            }
        }
    }

    /// <summary>Another name; taken by nobody else of the owner's.</summary>
    public async Task<ReplRecord> UpdateAsync(Caller caller, ReplRecord repl, ReplName? name, string? runCommand, CancellationToken cancellationToken)
    {
        if (name is not null)
            await ReserveNameAsync(repl, name, cancellationToken);
        try
        {
            var updated = await store.UpdateAsync(caller, repl, record => Apply(record, name, runCommand), cancellationToken);
            await events.ChangedAsync(repl.Owner, repl.Id, CancellationToken.None);
            return updated;
        }
        finally
        {
            if (name is not null)
                await index.ReleaseAsync(repl.Owner, repl.Id, name);
        }
    }

    /// <summary>Changes what a session is told of: who has access, at once in what members have open, and its environment.</summary>
    public async Task ShareAsync(Caller caller, ReplRecord repl, Func<ReplRecord, ReplRecord> change, CancellationToken cancellationToken) =>
        await SharedAsync(await store.UpdateAsync(caller, repl, change, cancellationToken));

    /// <summary>Tells the session, whose reconciler brings roles to what the record says, the gateways, which let people into previews, and everyone who looks.</summary>
    public async Task SharedAsync(ReplRecord changed)
    {
        await sessions.WakeAsync(changed, CancellationToken.None);
        await locations.ChangedAsync(changed.Id, CancellationToken.None);
        await events.ChangedAsync(changed.Owner, changed.Id, CancellationToken.None);
    }

    private static ReplRecord Apply(ReplRecord record, ReplName? name, string? runCommand)
    {
        var next = record with { Name = name?.Value ?? record.Name, RunCommand = runCommand is null ? record.RunCommand : runCommand.Length == 0 ? null : runCommand };
        return next == record ? record : next;
    }

    private async Task ReserveNameAsync(ReplRecord repl, ReplName name, CancellationToken cancellationToken)
    {
        var result = await index.ReserveNameAsync(repl.Owner, repl.Id, name);
        if (result == Reservation.NotIndexed)
        {
            await repair.EnsureAsync(cancellationToken);
            result = await index.ReserveNameAsync(repl.Owner, repl.Id, name);
        }
        if (result == Reservation.NameTaken)
            throw ReplMaker.NameTaken(name);
    }

    private async Task<ReplRecord> WantAsync(Caller caller, ReplRecord repl, Func<ReplRecord, ReplRecord> change, CancellationToken cancellationToken)
    {
        var changed = await store.UpdateAsync(caller, repl, change, cancellationToken);
        // What is written is wanted, even when the one who asked has gone.
        await sessions.WakeAsync(changed, CancellationToken.None);
        await events.ChangedAsync(repl.Owner, repl.Id, CancellationToken.None);
        return changed;
    }
}
