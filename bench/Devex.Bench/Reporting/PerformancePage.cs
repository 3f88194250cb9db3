namespace Devex.Bench.Reporting;

/// <summary>The part of docs/performance.md that this program writes, between two markers; the rest is people's.</summary>
internal static class PerformancePage
{
    private const string Begin = "<!-- measured: written by Devex.Bench, do not edit -->";
    private const string End = "<!-- /measured -->";

    public static string Table(IReadOnlyList<string> machine, IReadOnlyList<Figure> figures) => string.Join('\n',
    [
        .. machine, "",
        "| figure | how | median | peer | ratio |",
        "|---|---|---|---|---|",
        .. figures.Select(figure => figure.Cells()),
    ]);

    /// <exception cref="InvalidDataException">The page has not both markers.</exception>
    public static async Task WriteAsync(string path, string table)
    {
        var page = await File.ReadAllTextAsync(path);
        var begin = page.IndexOf(Begin, StringComparison.Ordinal);
        var end = page.IndexOf(End, StringComparison.Ordinal);
        if (begin < 0 || end < begin)
            throw new InvalidDataException($"{path} has no part between '{Begin}' and '{End}'.");
        await File.WriteAllTextAsync(path, $"{page[..(begin + Begin.Length)]}\n{table}\n{page[end..]}");
    }
}
