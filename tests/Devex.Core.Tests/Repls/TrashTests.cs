using System.Net;
using Devex.Contracts.Api;
using Devex.Core.Repls;
using Devex.Core.Tests.Fixtures;
using Xunit;

namespace Devex.Core.Tests.Repls;

[Trait("Tier", "integration")]
public sealed class TrashTests(Stores stores)
{
    [Fact]
    public async Task Deleting_stops_first_frees_the_name_and_can_be_undone()
    {
        await using var core = await CoreHost.StartAsync(stores, settings: new Dictionary<string, string?> { ["Limits:Repls"] = "2" }, bucket: "trash");
        using var ada = await Browser.SignedInAsync(core);
        var repl = await ada.CreateAsync(name: "mine");
        using var started = await ada.SendAsync(HttpMethod.Post, $"/api/repls/{repl.Id}/start");
        using var deleted = await ada.SendAsync(HttpMethod.Delete, $"/api/repls/{repl.Id}");
        Assert.Equal(HttpStatusCode.NoContent, deleted.StatusCode);
        Assert.Equal(DesiredState.Stopped, core.Engine.Woken[repl.Id].Desired);
        Assert.NotNull(core.Engine.Woken[repl.Id].DeletedAt);
        using var gone = await ada.SendAsync(HttpMethod.Get, $"/api/repls/{repl.Id}");
        Assert.Equal(HttpStatusCode.NotFound, gone.StatusCode);
        Assert.Equal(repl.Id, Assert.Single(await ada.ListAsync("/api/trash")).Id);

        await ada.CreateAsync(name: "mine");
        using var restored = await ada.SendAsync(HttpMethod.Post, $"/api/repls/{repl.Id}/restore");
        Assert.Equal(HttpStatusCode.OK, restored.StatusCode);
        Assert.Equal("mine-2", (await ada.GetAsync($"/api/repls/{repl.Id}")).Name);
        Assert.Empty(await ada.ListAsync("/api/trash"));
        using var twice = await ada.SendAsync(HttpMethod.Post, $"/api/repls/{repl.Id}/restore");
        Assert.Equal(HttpStatusCode.NotFound, twice.StatusCode);
    }

    [Fact]
    public async Task The_limit_holds_for_what_comes_back_from_the_trash()
    {
        await using var core = await CoreHost.StartAsync(stores, settings: new Dictionary<string, string?> { ["Limits:Repls"] = "1" }, bucket: "trash-limit");
        using var ada = await Browser.SignedInAsync(core);
        var first = await ada.CreateAsync();
        using var deleted = await ada.SendAsync(HttpMethod.Delete, $"/api/repls/{first.Id}");
        var second = await ada.CreateAsync();
        using var refused = await ada.SendAsync(HttpMethod.Post, $"/api/repls/{first.Id}/restore");
        Assert.Equal(HttpStatusCode.Conflict, refused.StatusCode);
        using var alsoDeleted = await ada.SendAsync(HttpMethod.Delete, $"/api/repls/{second.Id}");
        using var restored = await ada.SendAsync(HttpMethod.Post, $"/api/repls/{first.Id}/restore");
        Assert.Equal(HttpStatusCode.OK, restored.StatusCode);
    }

    [Fact]
    public async Task A_fork_has_a_name_of_its_own_and_the_command_of_the_original()
    {
        await using var core = await CoreHost.StartAsync(stores, bucket: "forks");
        using var ada = await Browser.SignedInAsync(core);
        var repl = await ada.CreateAsync(name: "game");
        using var forked = await ada.PostAsync($"/api/repls/{repl.Id}/fork", new ForkRepl(null));
        Assert.Equal(HttpStatusCode.Created, forked.StatusCode);
        Assert.Equal(["game", "game-2"], (await ada.ListAsync()).Select(one => one.Name).Order());
    }
}
