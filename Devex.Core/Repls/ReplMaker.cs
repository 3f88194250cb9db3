using Devex.Contracts;
using Devex.Contracts.Api;
using Devex.Core.Errors;
using Devex.Core.Events;
using Devex.Core.Snapshots;
using Microsoft.Extensions.Options;

namespace Devex.Core.Repls;

/// <summary>
/// Makes REPLs. Place and name are reserved first, by one script, so that limits hold exactly; the files' first root comes before the
/// record, so that a REPL that exists has files; what fails on the way gives the reservation back.
/// </summary>
internal sealed class ReplMaker(
    ReplRecords records, ReplIndex index, IndexRepair repair, SavedStates savedStates, ISnapshots snapshots, IReplEvents events,
    IOptions<ReplLimits> limits, TimeProvider time)
{
    /// <summary>Makes a REPL.</summary>
    /// <param name="owner">Who will own it.</param>
    /// <param name="template">Key of an existing template.</param>
    /// <param name="name">As asked for; null takes the next free name after <paramref name="stem"/>.</param>
    /// <param name="stem">What default names begin with.</param>
    /// <param name="runCommand">Null for the template's.</param>
    /// <param name="writeFiles">Writes the first root.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    public async Task<ReplRecord> MakeAsync(
        UserId owner, string template, ReplName? name, string stem, string? runCommand,
        Func<ReplId, CancellationToken, Task<SavedState>> writeFiles, CancellationToken cancellationToken)
    {
        var id = ReplId.New();
        var reserved = await ReserveAsync(owner, id, name, stem, cancellationToken);
        try
        {
            var saved = await writeFiles(id, cancellationToken);
            var record = new ReplRecord
            {
                Id = id,
                Owner = owner,
                Name = reserved.Value,
                Template = template,
                RunCommand = runCommand,
                CreatedAt = time.GetUtcNow(),
            };
            await records.CreateAsync(record, cancellationToken);
            await savedStates.RememberAsync(id, saved);
            await events.ChangedAsync(owner, id, CancellationToken.None);
            return record;
        }
        catch
        {
            await ReleaseAsync(owner, id, reserved);
            throw;
        }
    }

    /// <summary>Reserves a place and a name; the name asked for, or the next free one after the stem.</summary>
    /// <exception cref="ApiProblem">409 when the limit is reached or the name is taken.</exception>
    public async Task<ReplName> ReserveAsync(UserId owner, ReplId id, ReplName? name, string stem, CancellationToken cancellationToken)
    {
        for (var n = 1; ; n++)
        {
            var candidate = name ?? await FreeNameAsync(owner, stem, n);
            switch (await index.ReserveAsync(owner, id, candidate, limits.Value.Repls))
            {
                case Reservation.Made:
                    return candidate;
                case Reservation.LimitReached:
                    throw ApiProblem.Conflict("repl.limit", $"You have {limits.Value.Repls} REPLs, the most one may have here. Delete one first.");
                case Reservation.NameTaken when name is not null:
                    throw NameTaken(name);
                case Reservation.NotIndexed:
                    await repair.EnsureAsync(cancellationToken);
                    break;
            }
        }
    }

    public static ApiProblem NameTaken(ReplName name) =>
        ApiProblem.Conflict("repl.nameTaken", $"You already have a REPL named '{name.Value}'. Choose another name.", "name");

    public Task<SavedState> FromTemplateAsync(UserId owner, ReplId id, string template, CancellationToken cancellationToken) =>
        snapshots.CreateFromTemplateAsync(owner, id, template, cancellationToken);

    public Task<SavedState> ForkAsync(ReplRecord from, ReplId id, CancellationToken cancellationToken) =>
        snapshots.ForkAsync(from.Owner, from.Id, id, cancellationToken);

    private async Task<ReplName> FreeNameAsync(UserId owner, string stem, int from)
    {
        var taken = await index.NamesAsync(owner);
        for (var n = from; ; n++)
        {
            if (ReplName.Numbered(stem, n) is var candidate && !taken.Contains(candidate.Folded))
                return candidate;
        }
    }

    /// <summary>Whether the record came to be is asked of S3: an error may have come after the write.</summary>
    private async Task ReleaseAsync(UserId owner, ReplId id, ReplName reserved)
    {
        if (await records.ReadAsync(owner, id, CancellationToken.None) is { } written)
            await index.PutAsync(written);
        else
            await index.ReleaseAsync(owner, id, reserved);
    }
}
