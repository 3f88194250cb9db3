using System.IO.Compression;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Devex.Contracts;
using Devex.Contracts.Api;
using Devex.Contracts.Protocol;
using Devex.Core.Repls;
using Devex.Core.Tests.Fixtures;
using Xunit;

namespace Devex.Core.Tests.History;

[Trait("Tier", "integration")]
public sealed class HistoryReadingTests(Stores stores)
{
    private static readonly Dictionary<string, string> First = new()
    {
        ["home/.bashrc"] = "alias x=y",
        ["workspace/src/main.py"] = "one\ntwo\nthree\n",
        ["workspace/src/gone.py"] = "gone",
        ["workspace/run.sh"] = "#!/bin/sh\n",
        ["workspace/latest"] = "→ src/main.py",
    };

    private static readonly Dictionary<string, string> Second = new()
    {
        ["home/.bashrc"] = "alias x=z",
        ["workspace/src/main.py"] = "one\n2\nthree\nfour\n",
        ["workspace/src/new.py"] = "new",
        ["workspace/run.sh"] = "#!/bin/sh\n",
        ["workspace/latest"] = "→ src/new.py",
    };

    [Fact]
    public async Task Restore_points_are_listed_newest_first_in_pages()
    {
        await using var world = await HistoryWorld.StartAsync(stores, "history-list");
        var id = await world.CreateAsync(First, Second);
        for (var i = 0; i < 5; i++)
            await world.SaveAsync(id, Second, claim: i == 0);

        var newest = await world.GetAsync(id, "?limit=4", HistoryJson.Default.RestorePointList);
        var rest = await world.GetAsync(id, $"?limit=4&before={newest.Next}", HistoryJson.Default.RestorePointList);

        Assert.Equal(["7", "6", "5", "4"], newest.Points.Select(point => point.Id));
        Assert.Equal(["3", "2", "1"], rest.Points.Select(point => point.Id));
        Assert.Null(rest.Next);
        Assert.Equal([true, false, false, false, false, false, false], newest.Points.Concat(rest.Points).Select(point => point.Head));
        Assert.Equal([RestorePointKind.Claim, RestorePointKind.Save, RestorePointKind.Create], rest.Points.Select(point => point.Kind));
        Assert.Equal(4, rest.Points[2].Files);
        Assert.Equal(HttpStatusCode.BadRequest, await world.StatusAsync(id, "?limit=0"));
        Assert.Equal(HttpStatusCode.BadRequest, await world.StatusAsync(id, "?before=x"));
    }

    [Fact]
    public async Task What_changed_is_told_by_path_and_by_line()
    {
        await using var world = await HistoryWorld.StartAsync(stores, "history-changes");
        var id = await world.CreateAsync(First, Second);

        var changes = await world.GetAsync(id, "/2/changes", HistoryJson.Default.HistoryChanges);
        Assert.Equal("1", changes.Since);
        Assert.Equal(
            ["Changed home/.bashrc", "Changed workspace/latest", "Removed workspace/src/gone.py", "Changed workspace/src/main.py", "Added workspace/src/new.py"],
            changes.Changes.Select(change => $"{change.Kind} {change.Path}"));

        var some = await world.GetAsync(id, "/2/changes?limit=2", HistoryJson.Default.HistoryChanges);
        var others = await world.GetAsync(id, $"/2/changes?limit=3&after={HistoryWorld.Query(some.Next!)}", HistoryJson.Default.HistoryChanges);
        Assert.Equal(changes.Changes.Select(change => change.Path), some.Changes.Concat(others.Changes).Select(change => change.Path));
        Assert.Null(others.Next);

        var diff = await world.GetAsync(id, "/2/diff?path=workspace%2Fsrc%2Fmain.py", HistoryJson.Default.FileDiff);
        var hunk = Assert.Single(diff.Hunks);
        Assert.Equal((2, 1, 1, 1), (diff.Added, diff.Removed, hunk.OldStart, hunk.NewStart));
        Assert.Equal(
            [" one", "-two", "+2", " three", "+four"],
            hunk.Lines.Select(line => line.Kind switch { DiffLineKind.Same => " ", DiffLineKind.Added => "+", _ => "-" } + line.Text));

        var first = await world.GetAsync(id, "/1/diff?path=workspace%2Frun.sh", HistoryJson.Default.FileDiff);
        Assert.Equal((null, 1), (first.Since, first.Added));
        Assert.Equal("notFile", (await world.GetAsync(id, "/2/diff?path=workspace%2Flatest", HistoryJson.Default.FileDiff)).Unavailable);
        Assert.Equal(HttpStatusCode.NotFound, await world.StatusAsync(id, "/2/diff?path=workspace%2Fnever"));
    }

    [Fact]
    public async Task Folders_are_browsed_and_files_are_read_as_they_were()
    {
        await using var world = await HistoryWorld.StartAsync(stores, "history-tree");
        var id = await world.CreateAsync(First, Second);

        var top = await world.GetAsync(id, "/1/tree", HistoryJson.Default.HistoryFolder);
        Assert.Equal(["latest", "run.sh", "src"], top.Entries.Select(entry => entry.Name));
        Assert.Equal([FileKind.Link, FileKind.File, FileKind.Folder], top.Entries.Select(entry => entry.Kind));
        Assert.Equal("src/main.py", top.Entries[0].Target);
        Assert.Equal(493, top.Entries[1].Mode);
        var part = await world.GetAsync(id, "/1/tree?limit=2", HistoryJson.Default.HistoryFolder);
        var rest = await world.GetAsync(id, $"/1/tree?limit=2&after={HistoryWorld.Query(part.Next!)}", HistoryJson.Default.HistoryFolder);
        Assert.Equal("src", Assert.Single(rest.Entries).Name);
        Assert.Equal("2", (await world.GetAsync(id, "/head/tree?path=workspace%2Fsrc", HistoryJson.Default.HistoryFolder)).Point);

        using var whole = await world.Ada.SendAsync(HttpMethod.Get, $"/api/repls/{id}/history/1/file?path=workspace%2Fsrc%2Fmain.py");
        Assert.Equal("one\ntwo\nthree\n", await whole.Content.ReadAsStringAsync());
        Assert.Equal("attachment", whole.Content.Headers.ContentDisposition!.DispositionType);
        Assert.Equal("sandbox; default-src 'none'", Assert.Single(whole.Headers.GetValues("Content-Security-Policy")));
        Assert.Equal("nosniff", Assert.Single(whole.Headers.GetValues("X-Content-Type-Options")));
        using var range = await world.Ada.SendAsync(
            HttpMethod.Get, $"/api/repls/{id}/history/1/file?path=workspace%2Fsrc%2Fmain.py", headers: new Dictionary<string, string?> { ["Range"] = "bytes=4-6" });
        Assert.Equal((HttpStatusCode.PartialContent, "two"), (range.StatusCode, await range.Content.ReadAsStringAsync()));
        Assert.Equal(new ContentRangeHeaderValue(4, 6, 14), range.Content.Headers.ContentRange);
        using var outside = await world.Ada.SendAsync(
            HttpMethod.Get, $"/api/repls/{id}/history/1/file?path=workspace%2Fsrc%2Fmain.py", headers: new Dictionary<string, string?> { ["Range"] = "bytes=14-" });
        Assert.Equal(HttpStatusCode.RequestedRangeNotSatisfiable, outside.StatusCode);

        Assert.Equal(HttpStatusCode.NotFound, await world.StatusAsync(id, "/1/file?path=workspace%2Flatest"));
        Assert.Equal(HttpStatusCode.NotFound, await world.StatusAsync(id, "/1/file?path=workspace%2Fsrc"));
        Assert.Equal(HttpStatusCode.NotFound, await world.StatusAsync(id, "/3/tree"));
        foreach (var path in new[] { "", "..", "workspace/../home", "/workspace", "documents", "workspace//x", "etc/passwd", @"workspace/\" })
            Assert.Equal(HttpStatusCode.BadRequest, await world.StatusAsync(id, $"/1/entry?path={HistoryWorld.Query(path)}"));
    }

    [Fact]
    public async Task A_search_finds_names_and_lines_and_says_how_it_ended()
    {
        await using var world = await HistoryWorld.StartAsync(stores, "history-search");
        var id = await world.CreateAsync(new Dictionary<string, string>
        {
            ["workspace/Needle.txt"] = "nothing here",
            ["workspace/a.txt"] = "first\r\na NEEDLE in hay\nlast",
            ["workspace/binary"] = "needle\0",
            ["workspace/node_modules/x/needle.js"] = "needle",
            ["workspace/z/long.txt"] = new string('.', 1000) + "needle" + new string('.', 1000),
            ["home/needle"] = "needle",
        });

        var found = await SearchAsync(world, id, "text=needle");
        Assert.Equal(
            ["home/needle", "home/needle:1", "workspace/Needle.txt", "workspace/a.txt:2", "workspace/z/long.txt:1", "4 files, 1 skipped, "],
            found.Select(Show));
        var line = Assert.IsType<SearchedLine>(found[4]);
        Assert.Equal("needle", line.Text.Substring(line.Column, line.Length));
        Assert.InRange(line.Text.Length, 100, 240);
        Assert.Equal(["home/needle", "home/needle:1", "workspace/z/long.txt:1", "4 files, 1 skipped, "], (await SearchAsync(world, id, "text=needle&matchCase=true")).Select(Show));
        Assert.Equal(["workspace/node_modules/x/needle.js", "0 files, 0 skipped, "], (await SearchAsync(world, id, "text=needle&contents=false&path=workspace%2Fnode_modules")).Select(Show));
        Assert.Equal(HttpStatusCode.BadRequest, await world.StatusAsync(id, "/head/search?text="));
    }

    [Fact]
    public async Task A_zip_holds_what_the_folder_held_and_no_way_out()
    {
        await using var world = await HistoryWorld.StartAsync(stores, "history-zip");
        var id = await world.CreateAsync(new Dictionary<string, string>
        {
            ["workspace/run.sh"] = "#!/bin/sh\n",
            ["workspace/deep/er/file"] = new string('x', 3_000_000),
            ["workspace/empty/"] = "",
            ["workspace/inside"] = "→ deep/er/file",
            ["workspace/deep/up"] = "→ ../../outside",
            ["workspace/absolute"] = "→ /etc/passwd",
            [@"workspace/..\\..\\evil"] = "a name with backslashes",
            [@"workspace/bad\xff"] = "no UTF-8",
        });

        using var answer = await world.Ada.SendAsync(HttpMethod.Get, $"/api/repls/{id}/history/head/archive");
        Assert.Equal("application/zip", answer.Content.Headers.ContentType!.MediaType);
        using var zip = new ZipArchive(new MemoryStream(await answer.Content.ReadAsByteArrayAsync()));

        Assert.Equal(
            ["deep/", "deep/er/", "deep/er/file", "empty/", "inside", "run.sh"],
            zip.Entries.Select(entry => entry.FullName).Where(name => !name.Contains('~', StringComparison.Ordinal)).Order(StringComparer.Ordinal));
        Assert.Equal(2, zip.Entries.Count(entry => entry.FullName.Contains('~', StringComparison.Ordinal)));
        Assert.All(zip.Entries, entry => Assert.False(entry.FullName.Contains('\\', StringComparison.Ordinal) || entry.FullName.StartsWith('/')));
        Assert.Equal(3_000_000, zip.GetEntry("deep/er/file")!.Length);
        Assert.Equal(0x81ed, zip.GetEntry("run.sh")!.ExternalAttributes >>> 16);
        Assert.Equal(0xa000, (zip.GetEntry("inside")!.ExternalAttributes >>> 16) & 0xf000);
        Assert.Contains("absolute", zip.Comment, StringComparison.Ordinal);
        Assert.Contains("deep/up", zip.Comment, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_viewer_reads_the_workspace_and_nothing_else_and_strangers_find_nothing()
    {
        await using var world = await HistoryWorld.StartAsync(stores, "history-roles");
        var id = await world.CreateAsync(First, Second);
        using var grace = await Browser.SignedInAsync(world.Core, "grace");
        Assert.Equal(HttpStatusCode.NotFound, await world.StatusAsync(id, "", grace));
        Assert.Equal(HttpStatusCode.NotFound, await world.StatusAsync(id, "/1/file?path=workspace%2Frun.sh", grace));

        await world.Get<ReplRecords>().UpdateAsync(
            world.Owner, id, record => record with { Members = new Dictionary<string, Role> { ["local-grace"] = Role.Viewer } }, CancellationToken.None);

        Assert.Equal(HttpStatusCode.OK, await world.StatusAsync(id, "", grace));
        Assert.Equal(HttpStatusCode.OK, await world.StatusAsync(id, "/1/file?path=workspace%2Frun.sh", grace));
        Assert.Equal(HttpStatusCode.Forbidden, await world.StatusAsync(id, "/1/file?path=home%2F.bashrc", grace));
        Assert.Equal(HttpStatusCode.Forbidden, await world.StatusAsync(id, "/1/archive?path=home", grace));
        using var changes = await grace.SendAsync(HttpMethod.Get, $"/api/repls/{id}/history/2/changes");
        Assert.DoesNotContain("home/", await changes.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        using var search = await grace.SendAsync(HttpMethod.Get, $"/api/repls/{id}/history/2/search?text=alias");
        Assert.DoesNotContain("home/", await search.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        using var restore = await world.RestoreAsync(id, "1", "workspace/run.sh", grace);
        Assert.Equal(HttpStatusCode.Forbidden, restore.StatusCode);
    }

    private static string Show(SearchResult result) => result switch
    {
        SearchedName name => name.Path,
        SearchedLine line => $"{line.Path}:{line.Line}",
        SearchEnd end => $"{end.Files} files, {end.Skipped} skipped, {end.Limit}",
        _ => "?",
    };

    private static async Task<List<SearchResult>> SearchAsync(HistoryWorld world, ReplId id, string query)
    {
        using var answer = await world.Ada.SendAsync(HttpMethod.Get, $"/api/repls/{id}/history/head/search?{query}");
        var lines = Encoding.UTF8.GetString(await answer.Content.ReadAsByteArrayAsync()).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        return [.. lines.Select(line => JsonSerializer.Deserialize(line, HistoryJson.Default.SearchResult)!)];
    }
}
