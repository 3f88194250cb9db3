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

    public bool Contains(SnapshotPath path)
    {
        if (path.Name.StartsWith(".devex-"u8) || path.Bytes.SequenceEqual("home/.cache"u8))
            return true;
        if (_names.Length == 0 && _paths.Length == 0)
            return false;
        var names = path.ToString().Split('/');
        return _names.Any(pattern => Matches(pattern, names[^1])) || _paths.Any(pattern => IsPath(pattern, names.AsSpan(1)));
    }

    /// <summary>A dotted name such as <c>.dotnet</c> means the one at the top, where programs keep such folders.</summary>
    private static bool IsTop(string pattern) => pattern.StartsWith('.') && !pattern.Contains('/');

    private static bool IsPath(string[] pattern, ReadOnlySpan<string> names)
    {
        if (pattern.Length != names.Length)
            return false;
        for (var i = 0; i < pattern.Length; i++)
        {
            if (!Matches(pattern[i], names[i]))
                return false;
        }
        return true;
    }

    private static bool Matches(string pattern, string name) => FileSystemName.MatchesSimpleExpression(pattern, name, ignoreCase: false);
}
