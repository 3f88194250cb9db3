namespace Devex.Bench.Reporting;

/// <summary>The parts of docs/performance.md that this program writes, one for each bench, each between two markers; the rest is people's.</summary>
internal static class PerformancePage
{
    public static string Table(IReadOnlyList<string> machine, IReadOnlyList<Figure> figures) => string.Join('\n',
    [
        .. machine, "",
        "| figure | how | median | peer | ratio |",
        "|---|---|---|---|---|",
        .. figures.Select(figure => figure.Cells()),
    ]);

    /// <exception cref="InvalidOperationException">The page has not both markers of that bench.</exception>
    public static async Task WriteAsync(string path, string bench, string table)
    {
        var (first, last) = ($"<!-- measured: {bench}, written by Devex.Bench -->", $"<!-- /measured: {bench} -->");
        var page = await File.ReadAllTextAsync(path);
        var begin = page.IndexOf(first, StringComparison.Ordinal);
        var end = page.IndexOf(last, StringComparison.Ordinal);
        if (begin < 0 || end < begin)
            throw new InvalidOperationException($"{path} has no part between '{first}' and '{last}'.");
        await File.WriteAllTextAsync(path, $"{page[..(begin + first.Length)]}\n{table}\n{page[end..]}");
    }
}
