using Devex.Contracts;
using Devex.Core.Errors;
using Devex.Snapshots;
using Devex.Snapshots.Entries;

namespace Devex.Core.History;

/// <summary>Paths in requests: below <c>workspace</c>, and for those who have a shell there anyway, below <c>home</c>.</summary>
internal static class HistoryPath
{
    public static readonly SnapshotPath Workspace = SnapshotPath.Parse("workspace"u8);

    public static readonly SnapshotPath Home = SnapshotPath.Parse("home"u8);

    /// <exception cref="ApiProblem">400 when it is no such path; 403 when the role may not read it.</exception>
    public static SnapshotPath Parse(string? text, Role role)
    {
        if (text is not { Length: > 0 and <= 4 * SnapshotFormat.MaxPathBytes } || !SnapshotPath.TryParse(text, out var path) || !IsShown(path.Value, Role.Owner))
            throw ApiProblem.Invalid("path", "history.path", @"Give a path such as workspace/src/main.py, without . and .. in it, bytes that are no UTF-8 as \xNN and a backslash as \\.");
        return IsShown(path.Value, role)
            ? path.Value
            : throw ApiProblem.Forbidden("history.home", "The home folder may hold secrets: it is for editors and the owner.");
    }

    /// <summary>The same; null stays null.</summary>
    public static SnapshotPath? ParseOptional(string? text, Role role) => text is null ? null : Parse(text, role);

    /// <summary>Whether a reader sees the path. The third part, <c>documents</c>, is the machinery's.</summary>
    public static bool IsShown(SnapshotPath path, Role role) =>
        path == Workspace || path.IsBelow(Workspace) || (role >= Role.Editor && (path == Home || path.IsBelow(Home)));
}
