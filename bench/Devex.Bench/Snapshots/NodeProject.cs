namespace Devex.Bench.Snapshots;

/// <summary>A project as npm leaves it: 2,600 files of about 4 KB of source-like text in folders of 100; the same for the same seed.</summary>
internal static class NodeProject
{
    public const int Files = 2600;

    public static void Write(string workspace, int seed)
    {
        var random = new Random(seed);
        for (var i = 0; i < Files; i++)
        {
            var folder = Directory.CreateDirectory(Path.Combine(workspace, "node_modules", $"package-{i / 100}"));
            var lines = Enumerable.Range(0, random.Next(20, 160)).Select(line => $"export const value{line} = {random.Next()};");
            File.WriteAllLines(Path.Combine(folder.FullName, $"file-{i % 100}.js"), lines);
        }
    }
}
