namespace Devex.Contracts.Protocol;

/// <summary>What to look for in files.</summary>
/// <param name="Text">1 to 1000 characters; found within a line.</param>
/// <param name="Regex">Whether it is a regular expression (.NET's dialect).</param>
/// <param name="MatchCase">Whether case counts.</param>
/// <param name="WholeWord">Whether letters, digits or <c>_</c> beside it turn it down.</param>
/// <param name="Include">Globs with commas between; null for all files. One without a slash holds for names at any depth, and a folder for all in it.</param>
/// <param name="Exclude">Globs of what is left out.</param>
/// <param name="Ignored">Whether files that ignore files name, and folders of dependencies, are searched too; <c>.git</c> never is.</param>
/// <param name="Replacement">What takes the place of each match; with <paramref name="Regex"/> <c>$1</c> stands for a group. Null when nothing is replaced.</param>
public sealed record SearchQuery(
    string Text, bool Regex = false, bool MatchCase = false, bool WholeWord = false, string? Include = null, string? Exclude = null,
    bool Ignored = false, string? Replacement = null);

/// <summary>
/// Parameters of <c>search.start</c>, which is answered at once: what is found comes as <c>search.found</c>, and then <c>search.ended</c>. A client has one
/// search at a time; the next ends the last.
/// </summary>
/// <param name="Search">The client's name for it, at most 64 characters.</param>
/// <param name="Query">What to look for.</param>
public sealed record StartSearch(string Search, SearchQuery Query);

/// <summary>Parameters of <c>search.cancel</c>.</summary>
public sealed record SearchParams(string Search);

/// <summary>Notification <c>search.found</c>: files with matches, each told once.</summary>
public sealed record SearchFound(string Search, IReadOnlyList<FoundFile> Files);

/// <summary>A file with matches.</summary>
/// <param name="Path">Relative to the workspace.</param>
/// <param name="Version">The version that was searched.</param>
/// <param name="Matches">In order; at most 1000.</param>
public sealed record FoundFile(string Path, string Version, IReadOnlyList<FoundMatch> Matches);

/// <summary>One match.</summary>
/// <param name="Line">From 1.</param>
/// <param name="Column">From 0, UTF-16 units within the line.</param>
/// <param name="Length">UTF-16 units.</param>
/// <param name="Text">The line, cut to what is around the match when it is long.</param>
/// <param name="Start">Where the match begins in <paramref name="Text"/>.</param>
/// <param name="Replacement">What would take its place; null when nothing is replaced.</param>
public sealed record FoundMatch(int Line, int Column, int Length, string Text, int Start, string? Replacement = null);

/// <summary>Notification <c>search.ended</c>.</summary>
/// <param name="Search">The client's name for it.</param>
/// <param name="Files">Files with matches.</param>
/// <param name="Matches">Matches told.</param>
/// <param name="Limited">Whether there may be more: it ends at 5000 matches.</param>
/// <param name="Cancelled">Whether it was ended before.</param>
/// <param name="Problem">Why it could not go on, in words; null when it could.</param>
public sealed record EndedSearch(string Search, int Files, int Matches, bool Limited, bool Cancelled, string? Problem = null);

/// <summary>Parameters of <c>search.replace</c>.</summary>
/// <param name="Query">As it was searched, with its replacement.</param>
/// <param name="Files">Where.</param>
public sealed record ReplaceInFiles(SearchQuery Query, IReadOnlyList<ReplaceInFile> Files);

/// <summary>A file in which matches are replaced.</summary>
/// <param name="Path">Relative to the workspace.</param>
/// <param name="Version">The version that was searched; another one is left as it is.</param>
/// <param name="Only">The matches meant; null for all.</param>
public sealed record ReplaceInFile(string Path, string Version, IReadOnlyList<MatchPlace>? Only = null);

/// <summary>Names a match by where it begins.</summary>
public sealed record MatchPlace(int Line, int Column);

/// <summary>Answer of <c>search.replace</c>.</summary>
/// <param name="Files">Files changed.</param>
/// <param name="Matches">Matches replaced.</param>
/// <param name="Left">Paths that were left as they are, because they changed since they were searched or could not be written.</param>
public sealed record ReplacedInFiles(int Files, int Matches, IReadOnlyList<string> Left);

/// <summary>Answer of <c>search.files</c>: all files that are not ignored, for opening by name.</summary>
/// <param name="Folders">Folders that hold files.</param>
/// <param name="Limited">Whether there are more than 100,000.</param>
public sealed record WorkspacePaths(IReadOnlyList<FolderPaths> Folders, bool Limited);

/// <summary>The files right in one folder.</summary>
public sealed record FolderPaths(string Folder, IReadOnlyList<string> Names);
