using Devex.Contracts;
using Devex.Core.Errors;
using Devex.Core.Repls;

namespace Devex.Core.Sharing;

/// <summary>The members of a REPL, changed as one record.</summary>
internal static class ReplMembers
{
    /// <summary>Beside the owner.</summary>
    public const int Max = 50;

    /// <exception cref="ApiProblem">400 for any role but editor and viewer: a REPL has one owner.</exception>
    public static Role Role(Role role) =>
        role is Contracts.Role.Editor or Contracts.Role.Viewer ? role : throw ApiProblem.Invalid("role", "member.role", "The role is editor or viewer.");

    /// <summary>The record with a member added or changed; the same one when nothing changes.</summary>
    /// <exception cref="ApiProblem">409 for the owner, and when there are as many as may be.</exception>
    public static ReplRecord With(ReplRecord record, UserId user, Role role)
    {
        if (user == record.Owner)
            throw ApiProblem.Conflict("member.owner", "This is the owner, whose role does not change.");
        var key = user.ToString();
        if (record.Members.TryGetValue(key, out var present) && present == role)
            return record;
        if (record.Members.Count >= Max && !record.Members.ContainsKey(key))
            throw ApiProblem.Conflict("member.limit", $"There are {Max} members, the most a REPL may have. Remove one first.");
        return record with { Members = new Dictionary<string, Role>(record.Members) { [key] = role } };
    }

    /// <summary>The record without a member; the same one when there is no such member.</summary>
    public static ReplRecord Without(ReplRecord record, UserId user) =>
        record.Members.ContainsKey(user.ToString())
            ? record with { Members = record.Members.Where(member => member.Key != user.ToString()).ToDictionary() }
            : record;
}
