using System.IO.Enumeration;
using Devex.Snapshots.Entries;

namespace Devex.Runner.Saving;

/// <summary>
/// What snapshots leave out: names that begin with <c>.devex-</c>, <c>~/.cache</c>, and the template's patterns. A pattern with a slash is a path below
/// workspace or home whose names may have <c>*</c> and <c>?</c>; one without is a name at any depth.
/// </summary>
internal sealed class Excludes(IReadOnlyList<string> patterns)
{
    private readonly string[] _names = [.. patterns.Select(pattern => pattern.Trim('/')).Where(pattern => pattern.Length > 0 && !pattern.Contains('/') && !IsTop(pattern))];
    private readonly string[][] _paths = [.. patterns.Select(pattern => pattern.Trim('/')).Where(pattern => pattern.Contains('/') || IsTop(pattern)).Select(pattern => pattern.Split('/'))];

    public bool Contains(SnapshotPath path) => Contains(path.Bytes, path.Name, path.Depth);

    /// <param name="path">The whole path,</param>
    /// <param name="name">its last name,</param>
    /// <param name="depth">and how many it has: what most paths are told by alone.</param>
    public bool Contains(ReadOnlySpan<byte> path, ReadOnlySpan<byte> name, int depth)
    {
        if (name.StartsWith(".devex-"u8) || (depth == 2 && path.SequenceEqual("home/.cache"u8)))
            return true;
        foreach (var pattern in _names)
        {
            if (Matches(pattern, name))
                return true;
        }
        foreach (var pattern in _paths)
        {
            if (pattern.Length == depth - 1 && Matches(pattern[^1], name) && IsPath(pattern, path))
                return true;
        }
        return false;
    }

    /// <summary>A dotted name such as <c>.dotnet</c> means the one at the top, where programs keep such folders.</summary>
    private static bool IsTop(string pattern) => pattern.StartsWith('.') && !pattern.Contains('/');

    private static bool IsPath(string[] pattern, ReadOnlySpan<byte> path)
    {
        var names = SnapshotPath.Escape(path).Split('/');
        for (var i = 0; i < pattern.Length; i++)
        {
            if (!FileSystemName.MatchesSimpleExpression(pattern[i], names[i + 1], ignoreCase: false))
                return false;
        }
        return true;
    }

    private static bool Matches(string pattern, ReadOnlySpan<byte> name)
    {
        // A scan asks this for every name: most are decided by their last byte, without text.
        if (char.IsAscii(pattern[^1]) && pattern[^1] is not ('*' or '?' or '\\') && (name.IsEmpty || name[^1] != pattern[^1]))
            return false;
        if (char.IsAscii(pattern[0]) && pattern[0] is not ('*' or '?' or '\\') && name[0] != pattern[0])
            return false;
        return FileSystemName.MatchesSimpleExpression(pattern, SnapshotPath.Escape(name), ignoreCase: false);
    }
}
