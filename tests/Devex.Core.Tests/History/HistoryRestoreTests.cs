using System.Net;
using System.Net.Http.Json;
using Devex.Contracts.Api;
using Devex.Core.Tests.Fixtures;
using Xunit;

namespace Devex.Core.Tests.History;

[Trait("Tier", "integration")]
public sealed class HistoryRestoreTests(Stores stores)
{
    private static readonly Dictionary<string, string> Old = new()
    {
        ["documents/index"] = "old",
        ["home/.profile"] = "old home",
        ["workspace/a/b/c.txt"] = "old c",
        ["workspace/a/b/d.txt"] = "old d",
        ["workspace/top.txt"] = "old top",
    };

    [Fact]
    public async Task One_file_comes_back_with_the_folders_on_the_way_and_nothing_else()
    {
        await using var world = await HistoryWorld.StartAsync(stores, "restore-file");
        var id = await world.CreateAsync(Old, new Dictionary<string, string> { ["documents/index"] = "new", ["workspace/top.txt"] = "new top", ["workspace/zz"] = "stays" });

        using var answer = await world.RestoreAsync(id, "1", "workspace/a/b/c.txt");

        var point = (await answer.Content.ReadFromJsonAsync(HistoryJson.Default.RestoredFromHistory))!.Point!;
        Assert.Equal((RestorePointKind.Restore, true, "3", 4L), (point.Kind, point.Head, point.Id, point.Files));
        Assert.Equal(
            new SortedDictionary<string, string>(StringComparer.Ordinal)
            {
                ["documents/"] = "",
                ["documents/index"] = "new",
                ["home/"] = "",
                ["workspace/"] = "",
                ["workspace/a/"] = "",
                ["workspace/a/b/"] = "",
                ["workspace/a/b/c.txt"] = "old c",
                ["workspace/top.txt"] = "new top",
                ["workspace/zz"] = "stays",
            },
            await world.ReadAsync(id));
    }

    [Fact]
    public async Task A_folder_comes_back_in_place_of_what_is_there_now()
    {
        await using var world = await HistoryWorld.StartAsync(stores, "restore-folder");
        var id = await world.CreateAsync(Old, new Dictionary<string, string> { ["workspace/a"] = "a file now", ["workspace/ab"] = "stays" });

        using var answer = await world.RestoreAsync(id, "1", "workspace/a");

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        var now = await world.ReadAsync(id);
        Assert.Equal(["documents/", "home/", "workspace/", "workspace/a/", "workspace/a/b/", "workspace/a/b/c.txt", "workspace/a/b/d.txt", "workspace/ab"], now.Keys);
    }

    [Fact]
    public async Task Everything_comes_back_but_what_counts_versions_and_can_be_undone()
    {
        await using var world = await HistoryWorld.StartAsync(stores, "restore-all");
        var new_ = new Dictionary<string, string> { ["documents/index"] = "new", ["home/other"] = "x", ["workspace/only"] = "new" };
        var id = await world.CreateAsync(Old, new_);
        var before = await world.ReadAsync(id);
        var old = await world.ReadAsync(id, "1");

        using var restored = await world.RestoreAsync(id, "1", null);
        var now = await world.ReadAsync(id);
        using var undone = await world.RestoreAsync(id, "2", null);

        old["documents/index"] = "new";
        Assert.Equal(old, now);
        Assert.Equal(before, await world.ReadAsync(id));
        var list = await world.GetAsync(id, "", HistoryJson.Default.RestorePointList);
        Assert.Equal(["4", "3", "2", "1"], list.Points.Select(point => point.Id));
        Assert.Equal(2, list.Points.Count(point => point.Kind == RestorePointKind.Restore));
    }

    [Fact]
    public async Task Restoring_one_file_among_many_writes_two_pages_at_most()
    {
        await using var world = await HistoryWorld.StartAsync(stores, "restore-pages");
        var many = Enumerable.Range(0, 5_000).ToDictionary(i => $"workspace/{i / 100:d3}/file-with-a-rather-long-name-{i:d5}.txt", i => "x");
        var changed = new Dictionary<string, string>(many) { ["workspace/020/file-with-a-rather-long-name-02050.txt"] = "changed" };
        var id = await world.CreateAsync(many);
        var before = await world.SaveAsync(id, changed);

        using var answer = await world.RestoreAsync(id, "1", "workspace/020/file-with-a-rather-long-name-02050.txt");
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);

        var head = await world.Get<Core.Snapshots.RootChain>().NewestAsync(world.Owner, id, CancellationToken.None);
        var known = before.Root.Pages.Select(page => page.Hash).ToHashSet();
        Assert.True(head!.Root.Pages.Count > 5);
        Assert.InRange(head.Root.Pages.Count(page => !known.Contains(page.Hash)), 1, 2);
        Assert.Equal("x", (await world.ReadAsync(id))["workspace/020/file-with-a-rather-long-name-02050.txt"]);
        Assert.Equal(5_003 + 50, (await world.ReadAsync(id)).Count);
    }

    [Fact]
    public async Task What_runs_is_not_restored_as_a_whole()
    {
        await using var world = await HistoryWorld.StartAsync(stores, "restore-running");
        var id = await world.CreateAsync(Old, Old);
        using var started = await world.Ada.SendAsync(HttpMethod.Post, $"/api/repls/{id}/start");

        using var all = await world.RestoreAsync(id, "1", null);
        using var folder = await world.RestoreAsync(id, "1", "workspace/a");

        Assert.Equal((HttpStatusCode.Conflict, HttpStatusCode.Conflict), (all.StatusCode, folder.StatusCode));
        Assert.Contains("history.running", await all.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Equal(2, (await world.GetAsync(id, "", HistoryJson.Default.RestorePointList)).Points.Count);
    }

    [Fact]
    public async Task A_fork_from_an_older_point_has_its_files()
    {
        await using var world = await HistoryWorld.StartAsync(stores, "fork-point");
        var id = await world.CreateAsync(Old, new Dictionary<string, string> { ["workspace/only"] = "new" });

        using var answer = await world.Ada.PostAsync($"/api/repls/{id}/fork", new ForkRepl("old one", "1"));
        using var absent = await world.Ada.PostAsync($"/api/repls/{id}/fork", new ForkRepl("none", "9"));

        Assert.Equal(HttpStatusCode.Created, answer.StatusCode);
        var fork = (await answer.Content.ReadFromJsonAsync(ApiJson.Default.Repl))!;
        Assert.Equal(await world.ReadAsync(id, "1"), await world.ReadAsync(fork.Id));
        Assert.Equal(HttpStatusCode.NotFound, absent.StatusCode);
        Assert.Equal(2, (await world.Ada.ListAsync()).Count);
    }
}
