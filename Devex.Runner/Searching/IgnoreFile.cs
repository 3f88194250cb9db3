namespace Devex.Runner.Searching;

/// <summary>One <c>.gitignore</c> or <c>.ignore</c>: what it says of paths below its folder. The last line that fits decides.</summary>
internal sealed class IgnoreFile
{
    private const int MaxLines = 5000;

    private readonly List<Line> _lines = [];

    public IgnoreFile(string text)
    {
        foreach (var raw in text.Split('\n').Take(MaxLines))
        {
            if (Line.Parse(raw.TrimEnd('\r')) is { } line)
                _lines.Add(line);
        }
    }

    /// <summary>True: left out; false: taken in again; null: nothing is said.</summary>
    public bool? Says(ReadOnlySpan<string> path, bool isFolder)
    {
        for (var i = _lines.Count - 1; i >= 0; i--)
        {
            var line = _lines[i];
            if ((isFolder || !line.FolderOnly) && (line.Anchored ? Glob.Matches(line.Pattern, path) : Glob.MatchesName(line.Pattern[0], path[^1])))
                return !line.Negated;
        }
        return null;
    }

    private sealed record Line(string[] Pattern, bool Negated, bool FolderOnly, bool Anchored)
    {
        public static Line? Parse(string text)
        {
            if (!text.EndsWith("\\ ", StringComparison.Ordinal))
                text = text.TrimEnd(' ');
            if (text.Length == 0 || text[0] == '#')
                return null;
            var negated = text[0] == '!';
            if (negated)
                text = text[1..];
            var folderOnly = text.EndsWith('/');
            var pattern = text.Trim('/');
            return pattern.Length == 0 ? null : new Line(pattern.Split('/'), negated, folderOnly, text.TrimEnd('/').Contains('/'));
        }
    }
}
