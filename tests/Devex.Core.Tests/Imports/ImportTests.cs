using System.Formats.Tar;
using System.IO.Compression;
using System.Net;
using System.Net.Http.Json;
using System.Text;
using Devex.Contracts.Api;
using Devex.Core.Tests.Fixtures;
using Devex.Core.Tests.History;
using Xunit;

namespace Devex.Core.Tests.Imports;

[Trait("Tier", "integration")]
public sealed class ImportTests(Stores stores)
{
    [Fact]
    public async Task A_zip_becomes_a_repl_with_its_modes_links_and_empty_folders()
    {
        await using var world = await HistoryWorld.StartAsync(stores, "import-zip");

        var repl = await ImportedAsync(world, Archives.Zip(
            ("run.sh", "#!/bin/sh\n"), ("src/main.py", "print(1)\n"), ("src/link", "→ main.py"), ("empty/", ""), (@"windows\file.txt", "w"), ("__MACOSX/._x", "no")), "fileName=My%20App.zip");

        Assert.Equal("My App", repl.Name);
        Assert.Equal(
            new SortedDictionary<string, string>(StringComparer.Ordinal)
            {
                ["documents/"] = "",
                ["home/"] = "",
                ["workspace/"] = "",
                ["workspace/empty/"] = "",
                ["workspace/run.sh"] = "#!/bin/sh\n",
                ["workspace/src/"] = "",
                ["workspace/src/link"] = "→ main.py",
                ["workspace/src/main.py"] = "print(1)\n",
                ["workspace/windows/"] = "",
                ["workspace/windows/file.txt"] = "w",
            },
            await world.ReadAsync(repl.Id));
        Assert.Equal(493, (await world.GetAsync(repl.Id, "/head/entry?path=workspace%2Frun.sh", HistoryJson.Default.HistoryEntry)).Mode);
        Assert.Equal(RestorePointKind.Create, (await world.GetAsync(repl.Id, "/head", HistoryJson.Default.RestorePoint)).Kind);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_tar_becomes_a_repl_without_the_folder_around_it(bool gzip)
    {
        await using var world = await HistoryWorld.StartAsync(stores, "import-tar");
        var longName = "project-1.0/" + string.Join('/', Enumerable.Repeat("a-folder-with-a-long-name", 8)) + "/äöü.txt";
        var big = new string('b', 5_000_000);

        var repl = await ImportedAsync(world, Archives.Tar(
            gzip,
            new PaxTarEntry(TarEntryType.Directory, "project-1.0/"),
            Archives.File("project-1.0/a.txt", "a"),
            Archives.File("project-1.0/big", big),
            Archives.File(longName, "long"),
            Archives.File(longName + ".gnu", "gnu", TarEntryFormat.Gnu),
            Archives.Link("project-1.0/link", "../elsewhere"),
            Archives.Link("project-1.0/hard", "project-1.0/a.txt", TarEntryType.HardLink),
            new PaxTarEntry(TarEntryType.Fifo, "project-1.0/pipe")));

        var files = await FilesAsync(world, repl);
        Assert.Equal(6, files.Count);
        Assert.Equal("a", files["workspace/a.txt"]);
        Assert.Equal("a", files["workspace/hard"]);
        Assert.Equal("→ ../elsewhere", files["workspace/link"]);
        Assert.Equal("long", files["workspace" + longName["project-1.0".Length..]]);
        Assert.Equal("gnu", files["workspace" + longName["project-1.0".Length..] + ".gnu"]);
        using var read = await world.Ada.SendAsync(HttpMethod.Get, $"/api/repls/{repl.Id}/history/head/file?path=workspace%2Fbig");
        Assert.Equal(big, await read.Content.ReadAsStringAsync());
    }

    [Theory]
    [InlineData("../evil")]
    [InlineData("a/../../evil")]
    [InlineData("/etc/passwd")]
    [InlineData(@"..\evil")]
    [InlineData(@"a\..\..\evil")]
    public async Task A_name_that_leads_out_refuses_the_whole_archive(string name)
    {
        await using var world = await HistoryWorld.StartAsync(stores, "import-names");
        await RefusedAsync(world, Archives.Zip(("fine", "x"), (name, "evil")), HttpStatusCode.BadRequest, "import.path");
        if (!name.Contains('\\', StringComparison.Ordinal))
            await RefusedAsync(world, Archives.Tar(true, Archives.File("fine", "x"), Archives.File(name, "evil")), HttpStatusCode.BadRequest, "import.path");
    }

    [Fact]
    public async Task A_file_through_a_link_a_name_twice_and_a_file_as_a_folder_refuse_the_whole_archive()
    {
        await using var world = await HistoryWorld.StartAsync(stores, "import-links");
        await RefusedAsync(world, Archives.Zip(("out", "→ /etc"), ("out/passwd", "evil")), HttpStatusCode.BadRequest, "import.path");
        await RefusedAsync(world, Archives.Tar(false, Archives.Link("out", "/etc"), Archives.File("out/passwd", "evil")), HttpStatusCode.BadRequest, "import.path");
        await RefusedAsync(world, Archives.Zip(("a", "file"), ("a/b", "below")), HttpStatusCode.BadRequest, "import.path");
        await RefusedAsync(world, Archives.Zip(("twice", "1"), ("twice", "2")), HttpStatusCode.BadRequest, "import.path");
        await RefusedAsync(world, Archives.Zip(("twice", "1"), ("./twice", "2")), HttpStatusCode.BadRequest, "import.path");
        await RefusedAsync(world, Archives.Tar(false, Archives.Link("hard", "/etc/passwd", TarEntryType.HardLink)), HttpStatusCode.BadRequest, "import.path");
        await RefusedAsync(world, Archives.Tar(false, Archives.Link("hard", "not/there", TarEntryType.HardLink)), HttpStatusCode.BadRequest, "import.damaged");
    }

    [Fact]
    public async Task What_unpacks_to_too_much_is_refused_whatever_it_says_of_itself()
    {
        await using var world = await HistoryWorld.StartAsync(
            stores, "import-bombs", new Dictionary<string, string?> { ["Imports:Bytes"] = "20000000", ["Imports:ArchiveBytes"] = "1000000", ["Imports:Entries"] = "1000" });
        var zeros = new string('\0', 30_000_000);
        await RefusedAsync(world, Archives.Zip(("bomb", zeros)), HttpStatusCode.RequestEntityTooLarge, "import.bytes");
        await RefusedAsync(world, Archives.Tar(true, Archives.File("bomb", zeros)), HttpStatusCode.RequestEntityTooLarge, "import.bytes");

        var lying = Archives.Zip(("bomb", zeros));
        // The size in the directory at the end: 1 byte.
        BitConverter.TryWriteBytes(lying.AsSpan(lying.AsSpan().LastIndexOf("PK\u0001\u0002"u8) + 24), 1);
        var (status, _) = await PostAsync(world, lying);
        Assert.True(status is HttpStatusCode.RequestEntityTooLarge or HttpStatusCode.BadRequest, $"{status}");

        (string, string)[] many = [.. Enumerable.Range(0, 1001).Select(i => ($"{i}", ""))];
        await RefusedAsync(world, Archives.Zip(many), HttpStatusCode.RequestEntityTooLarge, "import.entries");
        await RefusedAsync(world, Archives.Tar(true, [.. many.Select(file => Archives.File(file.Item1, ""))]), HttpStatusCode.RequestEntityTooLarge, "import.entries");
        var large = new byte[1_000_001];
        new Random(1).NextBytes(large);
        "PK"u8.CopyTo(large);
        await RefusedAsync(world, large, HttpStatusCode.RequestEntityTooLarge, "import.archive");
    }

    [Fact]
    public async Task An_archive_that_is_refused_is_taken_to_its_end_so_that_the_reason_is_seen()
    {
        await using var world = await HistoryWorld.StartAsync(
            stores, "import-end", new Dictionary<string, string?> { ["Imports:ArchiveBytes"] = "10000000" });
        foreach (var (template, status) in new[] { ("node", HttpStatusCode.RequestEntityTooLarge), ("no-such-template", HttpStatusCode.BadRequest) })
        {
            using var answer = await world.Ada.SendAsync(HttpMethod.Post, $"/api/imports?template={template}", new ByteArrayContent(new byte[15_000_000]));
            Assert.Equal(status, answer.StatusCode);
        }
    }

    [Fact]
    public async Task Ten_gigabytes_from_less_than_one_megabyte_and_a_million_entries_are_refused()
    {
        await using var world = await HistoryWorld.StartAsync(stores, "import-overlap");
        // A thousand names for the same ten million zeros, which are in the archive once.
        var overlapping = Archives.Overlapping(new string('\0', 10_000_000), 1_000);
        Assert.True(overlapping.Length < 1_000_000, $"{overlapping.Length}");
        await RefusedAsync(world, overlapping, HttpStatusCode.RequestEntityTooLarge, "import.bytes");
        await RefusedAsync(world, Archives.Overlapping("", 1_000_000), HttpStatusCode.RequestEntityTooLarge, "import.entries");
        Assert.Empty(await world.Ada.ListAsync());
    }

    [Fact]
    public async Task What_is_damaged_empty_or_no_archive_is_refused_and_leaves_no_repl()
    {
        await using var world = await HistoryWorld.StartAsync(stores, "import-damaged");
        var zip = Archives.Zip(("a", new string('x', 10_000)));
        var tar = Archives.Tar(false, Archives.File("a", new string('x', 10_000)));
        using var gzip = new MemoryStream();
        using (var packed = new GZipStream(gzip, CompressionMode.Compress, leaveOpen: true))
            packed.Write("no tar"u8);
        foreach (var bytes in new[] { zip[..^30], tar[..5000], "just text"u8.ToArray(), "PK"u8.ToArray(), gzip.ToArray()[..^6], Huge() })
            await RefusedAsync(world, bytes, HttpStatusCode.BadRequest, "import.damaged");
        await RefusedAsync(world, Archives.Zip(), HttpStatusCode.BadRequest, "import.empty");
        await RefusedAsync(world, [], HttpStatusCode.BadRequest, "import.empty");
        Assert.Empty(await world.Ada.ListAsync());

        static byte[] Huge()
        {
            // A PAX header that says that it has 4 GiB of records.
            var tar = Archives.Tar(false, Archives.File(new string('n', 200), "x"));
            Encoding.ASCII.GetBytes("40000000000\0").CopyTo(tar, 124);
            var sum = tar.AsSpan(0, 512).ToArray().Select((value, i) => i is >= 148 and < 156 ? 32 : (int)value).Sum();
            Encoding.ASCII.GetBytes(Convert.ToString(sum, 8).PadLeft(6, '0') + "\0 ").CopyTo(tar, 148);
            return tar;
        }
    }

    private static async Task<SortedDictionary<string, string>> FilesAsync(HistoryWorld world, Repl repl)
    {
        var folder = await world.GetAsync(repl.Id, "/head/changes?limit=2000", HistoryJson.Default.HistoryChanges);
        var files = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var change in folder.Changes.Where(change => change.Entry!.Kind != Contracts.Protocol.FileKind.Folder))
        {
            if (change.Entry!.Target is { } target)
            {
                files.Add(change.Path, "→ " + target);
                continue;
            }
            using var file = await world.Ada.SendAsync(HttpMethod.Get, $"/api/repls/{repl.Id}/history/head/file?path={HistoryWorld.Query(change.Path)}");
            files.Add(change.Path, await file.Content.ReadAsStringAsync());
        }
        return files;
    }

    private static async Task<Repl> ImportedAsync(HistoryWorld world, byte[] archive, string query = "")
    {
        using var answer = await world.Ada.SendAsync(HttpMethod.Post, $"/api/imports?template=node&{query}", new ByteArrayContent(archive));
        Assert.True(answer.StatusCode == HttpStatusCode.Created, await answer.Content.ReadAsStringAsync());
        return (await answer.Content.ReadFromJsonAsync(ApiJson.Default.Repl))!;
    }

    private static async Task RefusedAsync(HistoryWorld world, byte[] archive, HttpStatusCode status, string code)
    {
        var (answered, text) = await PostAsync(world, archive);
        Assert.True(answered == status && text.Contains($"\"{code}\"", StringComparison.Ordinal), $"{answered} {text}");
    }

    private static async Task<(HttpStatusCode Status, string Text)> PostAsync(HistoryWorld world, byte[] archive)
    {
        using var answer = await world.Ada.SendAsync(HttpMethod.Post, "/api/imports?template=node", new ByteArrayContent(archive));
        return (answer.StatusCode, await answer.Content.ReadAsStringAsync());
    }
}
