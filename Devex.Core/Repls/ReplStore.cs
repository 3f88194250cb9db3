using Devex.Contracts;
using Devex.Core.Access;
using Devex.Core.Errors;
using Devex.Core.Sharing;

namespace Devex.Core.Repls;

/// <summary>REPLs as people may see and change them: whoever reads a record here has the role that the route asks for.</summary>
internal sealed class ReplStore(ReplRecords records, ReplIndex index, IndexRepair repair, TimeProvider time)
{
    /// <summary>The REPL, when the caller has access.</summary>
    /// <exception cref="ApiProblem">404 without any role or when it is in the trash; 403 when the role is not enough.</exception>
    public async Task<ReplRecord> OpenAsync(Caller caller, ReplId id, CancellationToken cancellationToken) =>
        await records.FindAsync(id, cancellationToken) is { DeletedAt: null } record ? Check(caller, record) : throw ApiProblem.NoRepl();

    /// <summary>The same, in the trash.</summary>
    public async Task<ReplRecord> OpenTrashAsync(Caller caller, ReplId id, CancellationToken cancellationToken) =>
        await records.FindAsync(id, cancellationToken) is { DeletedAt: not null, ExpiredAt: null } record ? Check(caller, record) : throw ApiProblem.NoRepl();

    /// <summary>Changes a REPL that was opened; the role is checked again on what is changed.</summary>
    public async Task<ReplRecord> UpdateAsync(Caller caller, ReplRecord repl, Func<ReplRecord, ReplRecord> change, CancellationToken cancellationToken) =>
        await records.UpdateAsync(repl.Owner, repl.Id, record => change(Check(caller, record)), cancellationToken) ?? throw ApiProblem.NoRepl();

    /// <summary>All that the user has a role in: own first, newest opened first.</summary>
    public async Task<IReadOnlyList<ReplRecord>> ListAsync(UserId user, CancellationToken cancellationToken)
    {
        await repair.EnsureAsync(cancellationToken);
        var found = await index.FindAsync(await index.ListAsync(user));
        return
        [
            .. found.Where(record => record.DeletedAt is null && RoleOf(user, record) is not null)
                .OrderByDescending(record => record.Owner == user)
                .ThenByDescending(record => record.LastOpenedAt ?? record.CreatedAt),
        ];
    }

    /// <summary>The user's own in the trash, newest deleted first.</summary>
    public async Task<IReadOnlyList<ReplRecord>> ListTrashAsync(UserId user, CancellationToken cancellationToken)
    {
        await repair.EnsureAsync(cancellationToken);
        var found = await index.FindAsync(await index.ListTrashAsync(user));
        return [.. found.Where(record => record.DeletedAt is not null && record.ExpiredAt is null && record.Owner == user).OrderByDescending(record => record.DeletedAt)];
    }

    /// <summary>What a share link's code gives. It stands for a role: the one who has it need have none.</summary>
    /// <exception cref="ApiProblem">404 for a code that is wrong, expired or revoked, and for a REPL in the trash: all the same to the one who asks.</exception>
    public async Task<(ReplRecord Repl, ShareLinkRecord Link)> OfferAsync(string code, CancellationToken cancellationToken)
    {
        if (ShareLinks.ReplOf(code) is { } id && await records.FindAsync(id, cancellationToken) is { DeletedAt: null } record)
            return (record, ShareLinks.Find(record, code, time.GetUtcNow()) ?? throw ShareLinks.NoLink());
        throw ShareLinks.NoLink();
    }

    /// <summary>Makes the caller what a share link gives; who has as much already keeps it.</summary>
    /// <exception cref="ApiProblem">As <see cref="OfferAsync"/>; 409 when there are as many members as may be.</exception>
    public async Task<ReplRecord> JoinAsync(Caller caller, string code, CancellationToken cancellationToken)
    {
        var (repl, _) = await OfferAsync(code, cancellationToken);
        ReplRecord Join(ReplRecord record)
        {
            var link = record.DeletedAt is null ? ShareLinks.Find(record, code, time.GetUtcNow()) : null;
            return link is null ? throw ShareLinks.NoLink()
                : RoleOf(caller.User.Id, record) >= link.Role ? record
                : ReplMembers.With(record, caller.User.Id, link.Role);
        }
        return await records.UpdateAsync(repl.Owner, repl.Id, Join, cancellationToken) ?? throw ShareLinks.NoLink();
    }

    /// <summary>Null: no access.</summary>
    public static Role? RoleOf(UserId user, ReplRecord record) =>
        record.Owner == user ? Role.Owner : record.Members.TryGetValue(user.ToString(), out var role) ? role : null;

    private static ReplRecord Check(Caller caller, ReplRecord record)
    {
        if (RoleOf(caller.User.Id, record) is not { } role)
            throw ApiProblem.NoRepl();
        if (caller.Least is not { } least)
            throw new InvalidOperationException("The route table gives no least role for a route that opens a REPL.");
        return role >= least
            ? record
            : throw ApiProblem.Forbidden("repl.role", $"You are {Name(role)} of this REPL; this needs {Name(least)}.");
    }

    private static string Name(Role role) => role.ToString().ToLowerInvariant();
}
