namespace Devex.Runner.Searching;

/// <summary>
/// Patterns of paths: <c>*</c> and <c>?</c> within a name, <c>[a-z]</c>, and <c>**</c> for any number of folders. Takes time in proportion to pattern
/// times path at most: a star that fails is given back only to the last one.
/// </summary>
internal static class Glob
{
    /// <param name="pattern">Segments of the pattern,</param>
    /// <param name="path">and of the path.</param>
    public static bool Matches(ReadOnlySpan<string> pattern, ReadOnlySpan<string> path)
    {
        var (p, s, star, back) = (0, 0, -1, 0);
        while (s < path.Length)
        {
            if (p < pattern.Length && pattern[p] == "**")
            {
                star = p++;
                back = s;
            }
            else if (p < pattern.Length && MatchesName(pattern[p], path[s]))
            {
                p++;
                s++;
            }
            else if (star >= 0)
            {
                p = star + 1;
                s = ++back;
            }
            else
            {
                return false;
            }
        }
        while (p < pattern.Length && pattern[p] == "**")
            p++;
        return p == pattern.Length;
    }

    /// <summary>One name.</summary>
    public static bool MatchesName(ReadOnlySpan<char> pattern, ReadOnlySpan<char> name)
    {
        var (p, s, star, back) = (0, 0, -1, 0);
        while (s < name.Length)
        {
            if (p < pattern.Length && pattern[p] == '*')
            {
                star = p++;
                back = s;
            }
            else if (p < pattern.Length && One(pattern, p, name[s], out var next))
            {
                p = next;
                s++;
            }
            else if (star >= 0)
            {
                p = star + 1;
                s = ++back;
            }
            else
            {
                return false;
            }
        }
        while (p < pattern.Length && pattern[p] == '*')
            p++;
        return p == pattern.Length;
    }

    private static bool One(ReadOnlySpan<char> pattern, int at, char c, out int next)
    {
        next = at + 1;
        switch (pattern[at])
        {
            case '?':
                return true;
            case '\\' when next < pattern.Length:
                return pattern[next++] == c;
            case '[' when pattern[at..].IndexOf(']') is > 1 and var end:
                next = at + end + 1;
                return InSet(pattern.Slice(at + 1, end - 1), c);
            default:
                return pattern[at] == c;
        }
    }

    private static bool InSet(ReadOnlySpan<char> set, char c)
    {
        var negated = set[0] is '!' or '^';
        if (negated)
            set = set[1..];
        var found = false;
        for (var i = 0; i < set.Length; i++)
        {
            if (i + 2 < set.Length && set[i + 1] == '-')
            {
                found |= c >= set[i] && c <= set[i + 2];
                i += 2;
            }
            else
            {
                found |= c == set[i];
            }
        }
        return found != negated;
    }
}
