namespace Devex.Bench.Snapshots;

/// <summary>What is kept: the same bytes for the same seed.</summary>
internal sealed record Workspace(string Name, int Rounds, Action<string> Write, Action<string> Edit)
{
    private const int NodeFiles = 2600;
    private const int LargeFiles = 10_000;
    private const int BigPages = 1024;
    private const int Page = 1 << 20;

    /// <summary>A project as npm leaves it: 2,600 files of about 4 KB of source-like text in folders of 100.</summary>
    public static readonly Workspace Node = new("2,600 files, 10 MB", 3, folder => WriteNode(folder, NodeFiles), folder => EditText(folder, "node_modules/package-1/file-1.js"));

    /// <summary>10,000 files of about 20 KB, half text and half noise: 200 MB.</summary>
    public static readonly Workspace Large = new("10,000 files, 200 MB", 5, WriteLarge, folder => EditText(folder, "data/5/file-1.txt"));

    /// <summary>One file of 1 GB of noise; a change overwrites 1 MB in its middle.</summary>
    public static readonly Workspace Big = new("one file of 1 GB", 1, WriteBig, EditBig);

    /// <summary><paramref name="files"/> text files of about 4 KB.</summary>
    public static void WriteNode(string folder, int files)
    {
        var random = new Random(files);
        for (var i = 0; i < files; i++)
        {
            var package = Directory.CreateDirectory(Path.Combine(folder, "node_modules", $"package-{i / 100}"));
            var lines = Enumerable.Range(0, random.Next(20, 160)).Select(line => $"export const value{line} = {random.Next()};");
            File.WriteAllLines(Path.Combine(package.FullName, $"file-{i % 100}.js"), lines);
        }
    }

    private static void WriteLarge(string folder)
    {
        var random = new Random(2);
        var noise = new byte[20_000];
        for (var i = 0; i < LargeFiles; i++)
        {
            var name = Path.Combine(Directory.CreateDirectory(Path.Combine(folder, "data", $"{i / 100}")).FullName, $"file-{i % 100}.{(i % 2 == 0 ? "bin" : "txt")}");
            random.NextBytes(noise);
            if (i % 2 == 0)
                File.WriteAllBytes(name, noise);
            else
                File.WriteAllLines(name, Enumerable.Range(0, 555).Select(line => $"export const value{line} = {random.Next()};"));
        }
    }

    private static void WriteBig(string folder)
    {
        var random = new Random(3);
        using var file = File.Create(Path.Combine(folder, "big.bin"));
        var page = new byte[Page];
        for (var i = 0; i < BigPages; i++)
        {
            random.NextBytes(page);
            file.Write(page);
        }
    }

    private static void EditBig(string folder)
    {
        var page = new byte[Page];
        new Random(4).NextBytes(page);
        using var file = File.OpenWrite(Path.Combine(folder, "big.bin"));
        file.Position = BigPages / 2 * (long)Page;
        file.Write(page);
    }

    private static void EditText(string folder, string name) => File.WriteAllText(Path.Combine(folder, name), $"// edited {Guid.NewGuid()}\n");
}
