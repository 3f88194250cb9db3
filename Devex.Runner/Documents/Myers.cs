namespace Devex.Runner.Documents;

/// <summary>The greedy shortest edit script of two sequences of numbers, up to a number of edits.</summary>
internal static class Myers
{
    /// <summary>
    /// The ranges that differ, in order: <c>a[x..xEnd]</c> becomes <c>b[y..yEnd]</c>. Null where more than
    /// <paramref name="most"/> edits are needed. Memory grows with the square of the edits.
    /// </summary>
    public static List<(int X, int XEnd, int Y, int YEnd)>? Script(int[] a, int[] b, int most)
    {
        most = Math.Min(most, a.Length + b.Length);
        var furthest = new int[2 * most + 3];
        var trace = new List<int[]>();
        var middle = most + 1;
        for (var edits = 0; edits <= most; edits++)
        {
            // What the step before reached, for walking back.
            trace.Add(furthest[(middle - edits)..(middle + edits + 1)]);
            for (var diagonal = -edits; diagonal <= edits; diagonal += 2)
            {
                var down = diagonal == -edits || (diagonal != edits && furthest[middle + diagonal - 1] < furthest[middle + diagonal + 1]);
                var x = edits == 0 ? 0 : down ? furthest[middle + diagonal + 1] : furthest[middle + diagonal - 1] + 1;
                var y = x - diagonal;
                while (x < a.Length && y < b.Length && a[x] == b[y]) (x, y) = (x + 1, y + 1);
                furthest[middle + diagonal] = x;
                if (x >= a.Length && y >= b.Length) return WalkBack(trace, a.Length, b.Length, edits);
            }
        }

        return null;
    }

    private static List<(int X, int XEnd, int Y, int YEnd)> WalkBack(List<int[]> trace, int x, int y, int edits)
    {
        var script = new List<(int X, int XEnd, int Y, int YEnd)>();
        for (; edits > 0; edits--)
        {
            var reached = trace[edits];
            var diagonal = x - y;
            var down = diagonal == -edits || (diagonal != edits && reached[edits + diagonal - 1] < reached[edits + diagonal + 1]);
            var before = down ? diagonal + 1 : diagonal - 1;
            var beforeX = reached[edits + before];
            var beforeY = beforeX - before;
            var (editX, editY) = down ? (beforeX, beforeY + 1) : (beforeX + 1, beforeY);
            if (script.Count > 0 && script[^1].X == editX && script[^1].Y == editY)
                script[^1] = (beforeX, script[^1].XEnd, beforeY, script[^1].YEnd);
            else
                script.Add((beforeX, editX, beforeY, editY));
            (x, y) = (beforeX, beforeY);
        }

        script.Reverse();
        return script;
    }
}
