using System.Text.Json.Serialization;

namespace Devex.Contracts.Protocol;

/// <summary>Answer of <c>git.status</c> and of what changes it.</summary>
/// <param name="Repository">Whether the workspace is a repository; all else is empty when it is not.</param>
/// <param name="Installed">Whether there is a <c>git</c> in the session.</param>
/// <param name="Branch">Null while none is checked out.</param>
/// <param name="Commit">The commit checked out, abbreviated; null before the first.</param>
/// <param name="Upstream">What the branch follows.</param>
/// <param name="Ahead">Commits that upstream lacks.</param>
/// <param name="Behind">Commits that the branch lacks.</param>
/// <param name="Files">Files that differ; at most 2000.</param>
/// <param name="Limited">Whether there are more.</param>
/// <param name="Underway">What stopped in the middle, for conflicts to be settled.</param>
/// <param name="Remotes">Names of the remotes, told while the branch follows none.</param>
public sealed record GitStatus(
    bool Repository, bool Installed, string? Branch, string? Commit, string? Upstream, int Ahead, int Behind, IReadOnlyList<GitFile> Files, bool Limited,
    GitUnderway? Underway = null, IReadOnlyList<string>? Remotes = null);

/// <summary>What of git can stop in the middle.</summary>
public enum GitUnderway
{
    /// <summary>Commits of two sides are being merged.</summary>
    [JsonStringEnumMemberName("merge")] Merge,

    /// <summary>Commits are being put onto others.</summary>
    [JsonStringEnumMemberName("rebase")] Rebase,

    /// <summary>A commit is being taken over.</summary>
    [JsonStringEnumMemberName("cherryPick")] CherryPick,

    /// <summary>A commit is being undone.</summary>
    [JsonStringEnumMemberName("revert")] Revert,
}

/// <summary>A file that differs.</summary>
/// <param name="Path">Relative to the workspace.</param>
/// <param name="From">Where it was, when it was renamed.</param>
/// <param name="Staged">How what will be committed differs from the last commit; null when it does not.</param>
/// <param name="Unstaged">How the file differs from what will be committed; null when it does not.</param>
public sealed record GitFile(string Path, string? From, GitChange? Staged, GitChange? Unstaged);

/// <summary>How a file differs.</summary>
public enum GitChange
{
    /// <summary>Its content or mode.</summary>
    [JsonStringEnumMemberName("modified")] Modified,

    /// <summary>It is new.</summary>
    [JsonStringEnumMemberName("added")] Added,

    /// <summary>It is gone.</summary>
    [JsonStringEnumMemberName("deleted")] Deleted,

    /// <summary>It has another name.</summary>
    [JsonStringEnumMemberName("renamed")] Renamed,

    /// <summary>Nobody told git of it.</summary>
    [JsonStringEnumMemberName("untracked")] Untracked,

    /// <summary>A merge left it to be settled.</summary>
    [JsonStringEnumMemberName("conflicted")] Conflicted,
}

/// <summary>Parameters of <c>git.stage</c>, <c>git.unstage</c> and <c>git.discard</c>: literal paths; none means all.</summary>
public sealed record GitPaths(IReadOnlyList<string>? Paths = null);

/// <summary>Parameters of <c>git.diff</c>.</summary>
/// <param name="Path">The file.</param>
/// <param name="Staged">True: last commit against what will be committed; false: that against the file.</param>
/// <param name="From">Where it was in the last commit, when it was renamed.</param>
public sealed record GitDiff(string Path, bool Staged, string? From = null);

/// <summary>Answer of <c>git.diff</c>: both texts, null for a side that has no such file.</summary>
/// <param name="Before">As it was.</param>
/// <param name="After">As it is.</param>
/// <param name="Binary">Whether one side is no text; both are null then.</param>
public sealed record GitFileDiff(string? Before, string? After, bool Binary);

/// <summary>Parameters of <c>git.commit</c>.</summary>
/// <param name="Message">Not empty, at most 10,000 characters.</param>
/// <param name="All">Whether everything that differs is staged first.</param>
public sealed record GitCommit(string Message, bool All = false);

/// <summary>Answer of <c>git.branches</c>: local ones, the latest commit first.</summary>
public sealed record GitBranches(IReadOnlyList<string> Branches);

/// <summary>Parameters of <c>git.switch</c>.</summary>
/// <param name="Branch">Its name.</param>
/// <param name="Create">Whether it is made first.</param>
public sealed record GitSwitch(string Branch, bool Create = false);
