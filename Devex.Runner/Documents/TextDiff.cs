namespace Devex.Runner.Documents;

/// <summary>
/// Turns "the text is now this" into a change: lines first, then characters within the lines that differ, by Myers' greedy
/// algorithm (An O(ND) Difference Algorithm, 1986). Texts that differ in too much are replaced from the first to the last
/// difference, so that the time is bounded whatever another program wrote.
/// </summary>
internal static class TextDiff
{
    private const int MostLineEdits = 1000;
    private const int MostCharacterEdits = 200;
    private const int MostCharacters = 20_000;

    public static ChangeSet Between(string from, string to)
    {
        var (start, fromEnd, toEnd) = Trim(from, 0, from.Length, to, 0, to.Length);
        if (start == fromEnd && start == toEnd) return ChangeSet.Keep(from.Length);

        // Whole lines, so that a line is compared as a whole.
        var lineStart = start == 0 ? 0 : from.LastIndexOf('\n', start - 1) + 1;
        var fromStop = EndOfLine(from, fromEnd);
        var hunks = new List<Hunk>();
        ByLines(from, lineStart, fromStop, to, lineStart, toEnd + fromStop - fromEnd, hunks);

        var builder = new ChangeSetBuilder(2 * hunks.Count + 1);
        var at = 0;
        foreach (var hunk in hunks)
        {
            builder.Keep(hunk.From - at);
            builder.Replace(hunk.FromEnd - hunk.From, to[hunk.To..hunk.ToEnd]);
            at = hunk.FromEnd;
        }

        builder.Keep(from.Length - at);
        return builder.Build();
    }

    private static int EndOfLine(string text, int position)
    {
        var end = text.IndexOf('\n', position);
        return end < 0 ? text.Length : end + 1;
    }

    private static void ByLines(string from, int fromStart, int fromEnd, string to, int toStart, int toEnd, List<Hunk> hunks)
    {
        var (a, b) = (Lines(from, fromStart, fromEnd), Lines(to, toStart, toEnd));
        var ids = new Dictionary<string, int>(StringComparer.Ordinal).GetAlternateLookup<ReadOnlySpan<char>>();
        var script = Myers.Script(Number(from, a, ids), Number(to, b, ids), MostLineEdits);
        if (script is null)
        {
            ByCharacters(from, fromStart, fromEnd, to, toStart, toEnd, hunks);
            return;
        }

        foreach (var (x, xEnd, y, yEnd) in script) ByCharacters(from, a[x], a[xEnd], to, b[y], b[yEnd], hunks);
    }

    private static void ByCharacters(string from, int fromStart, int fromEnd, string to, int toStart, int toEnd, List<Hunk> hunks)
    {
        var (start, fromStop, toStop) = Trim(from, fromStart, fromEnd, to, toStart, toEnd);
        var toFirst = toStart + start - fromStart;
        var script = fromStop - start > MostCharacters || toStop - toFirst > MostCharacters || start == fromStop || toFirst == toStop
            ? null
            : Myers.Script(Units(from, start, fromStop), Units(to, toFirst, toStop), MostCharacterEdits);
        if (script is null)
        {
            hunks.Add(new Hunk(start, fromStop, toFirst, toStop));
            return;
        }

        foreach (var (x, xEnd, y, yEnd) in script)
            hunks.Add(Widen(from, to, new Hunk(start + x, start + xEnd, toFirst + y, toFirst + yEnd)));
    }

    /// <summary>Skips what is alike at both ends, never into the middle of a surrogate pair.</summary>
    private static (int Start, int FromEnd, int ToEnd) Trim(string from, int fromStart, int fromEnd, string to, int toStart, int toEnd)
    {
        var same = from.AsSpan(fromStart, fromEnd - fromStart).CommonPrefixLength(to.AsSpan(toStart, toEnd - toStart));
        if (same > 0 && char.IsHighSurrogate(from[fromStart + same - 1])) same--;
        var most = Math.Min(fromEnd - fromStart, toEnd - toStart) - same;
        var tail = 0;
        while (tail < most && from[fromEnd - tail - 1] == to[toEnd - tail - 1]) tail++;
        if (tail > 0 && char.IsLowSurrogate(from[fromEnd - tail])) tail--;
        return (fromStart + same, fromEnd - tail, toEnd - tail);
    }

    // Halves of a pair may be alike by chance: both sides then take in the whole pair.
    private static Hunk Widen(string from, string to, Hunk hunk)
    {
        if (hunk.From > 0 && hunk.To > 0 && char.IsHighSurrogate(from[hunk.From - 1])) hunk = hunk with { From = hunk.From - 1, To = hunk.To - 1 };
        if (hunk.FromEnd < from.Length && hunk.ToEnd < to.Length && char.IsLowSurrogate(from[hunk.FromEnd]))
            hunk = hunk with { FromEnd = hunk.FromEnd + 1, ToEnd = hunk.ToEnd + 1 };
        return hunk;
    }

    private static List<int> Lines(string text, int start, int end)
    {
        var starts = new List<int> { start };
        for (var at = start; at < end;)
        {
            var line = text.IndexOf('\n', at, end - at);
            at = line < 0 ? end : line + 1;
            starts.Add(at);
        }

        return starts;
    }

    private static int[] Number(string text, List<int> starts, Dictionary<string, int>.AlternateLookup<ReadOnlySpan<char>> ids)
    {
        var numbers = new int[starts.Count - 1];
        for (var i = 0; i < numbers.Length; i++)
        {
            var line = text.AsSpan(starts[i], starts[i + 1] - starts[i]);
            if (!ids.TryGetValue(line, out numbers[i])) ids[line] = numbers[i] = ids.Dictionary.Count;
        }

        return numbers;
    }

    private static int[] Units(string text, int start, int end)
    {
        var units = new int[end - start];
        for (var i = 0; i < units.Length; i++) units[i] = text[start + i];
        return units;
    }

    private readonly record struct Hunk(int From, int FromEnd, int To, int ToEnd);
}
