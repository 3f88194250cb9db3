using Devex.Contracts;
using Devex.Core.Access;
using Devex.Core.Errors;

namespace Devex.Core.Repls;

/// <summary>REPLs as people may see and change them: whoever reads a record here has the role that the route asks for.</summary>
internal sealed class ReplStore(ReplRecords records, ReplIndex index, IndexRepair repair)
{
    /// <summary>The REPL, when the caller has access.</summary>
    /// <exception cref="ApiProblem">404 without any role or when it is in the trash; 403 when the role is not enough.</exception>
    public async Task<ReplRecord> OpenAsync(Caller caller, ReplId id, CancellationToken cancellationToken) =>
        await records.FindAsync(id, cancellationToken) is { DeletedAt: null } record ? Check(caller, record) : throw ApiProblem.NoRepl();

    /// <summary>The same, in the trash.</summary>
    public async Task<ReplRecord> OpenTrashAsync(Caller caller, ReplId id, CancellationToken cancellationToken) =>
        await records.FindAsync(id, cancellationToken) is { DeletedAt: not null } record ? Check(caller, record) : throw ApiProblem.NoRepl();

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
        return [.. found.Where(record => record.DeletedAt is not null && record.Owner == user).OrderByDescending(record => record.DeletedAt)];
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
