namespace Devex.Runner.Searching;

/// <summary>The fields "files to include" and "files to exclude": globs with commas between. One that fits a folder holds for all in it.</summary>
internal sealed class PathFilter(string? include, string? exclude)
{
    private readonly string[][] _include = Parse(include);
    private readonly string[][] _exclude = Parse(exclude);

    public bool Takes(string path)
    {
        if (_include.Length == 0 && _exclude.Length == 0)
            return true;
        var segments = path.Split('/');
        return (_include.Length == 0 || Fits(_include, segments)) && !Fits(_exclude, segments);
    }

    private static bool Fits(string[][] patterns, string[] path)
    {
        foreach (var pattern in patterns)
        {
            for (var length = 1; length <= path.Length; length++)
            {
                if (Glob.Matches(pattern, path.AsSpan(0, length)))
                    return true;
            }
        }
        return false;
    }

    private static string[][] Parse(string? globs) =>
    [
        .. (globs ?? "").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
            .Select(glob => glob.StartsWith("./", StringComparison.Ordinal) ? glob[1..] : glob)
            .Select(glob => glob.TrimEnd('/').Contains('/') ? glob.Trim('/').Split('/') : ["**", glob.Trim('/')]),
    ];
}
