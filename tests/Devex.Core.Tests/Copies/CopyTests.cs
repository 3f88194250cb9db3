using System.Net;
using System.Net.Http.Json;
using System.Text;
using Devex.Contracts.Api;
using Devex.Core.Copies;
using Devex.Core.History;
using Devex.Core.Snapshots;
using Devex.Core.Tests.Fixtures;
using Devex.Core.Tests.History;
using Devex.Snapshots.Entries;
using Xunit;

namespace Devex.Core.Tests.Copies;

[Trait("Tier", "integration")]
public sealed class CopyTests(Stores stores)
{
    private static readonly Dictionary<string, string> Files = new()
    {
        ["documents/x"] = "internal",
        ["home/.ssh/id_rsa"] = "mine",
        ["workspace/.env"] = "TOKEN=1",
        ["workspace/.env.example"] = "TOKEN=",
        ["workspace/code.py"] = "key = 'AKIAABCDEFGHIJKLMNOP'",
        ["workspace/run.sh"] = "#!/bin/sh\n",
        ["workspace/big"] = new string('b', 3_000_000),
        ["workspace/link"] = "→ run.sh",
    };

    [Fact]
    public async Task A_link_gives_the_workspace_alone_and_names_what_looks_secret()
    {
        await using var world = await HistoryWorld.StartAsync(stores, "copies");
        var id = await world.CreateAsync(Files);
        using var grace = await Browser.SignedInAsync(world.Core, "grace");
        using var foreign = await grace.SendAsync(HttpMethod.Post, $"/api/repls/{id}/copy");
        Assert.Equal(HttpStatusCode.NotFound, foreign.StatusCode);

        using var made = await world.Ada.SendAsync(HttpMethod.Post, $"/api/repls/{id}/copy");
        var code = (await made.Content.ReadFromJsonAsync(HistoryJson.Default.CopyLink))!.Code;
        await world.SaveAsync(id, new Dictionary<string, string> { ["workspace/later"] = "not in the link" });
        using var shown = await grace.SendAsync(HttpMethod.Get, $"/api/copies/{code}");
        var offer = (await shown.Content.ReadFromJsonAsync(HistoryJson.Default.CopyOffer))!;
        Assert.Equal(("node", "ada", 5L), (offer.Name, offer.Owner.Login, offer.Files));
        Assert.Equal(["workspace/.env", "workspace/code.py"], offer.Secrets);
        Assert.Empty(await grace.ListAsync());

        using var accepted = await grace.PostAsync($"/api/copies/{code}", new AcceptCopy("Mine now"));
        Assert.True(accepted.StatusCode == HttpStatusCode.Created, await accepted.Content.ReadAsStringAsync());
        var copy = (await accepted.Content.ReadFromJsonAsync(ApiJson.Default.Repl))!;

        Assert.Equal(("Mine now", "grace"), (copy.Name, copy.Owner.Login));
        var opened = await world.Get<RestorePoints>().OpenAsync(copy.Owner.Id, copy.Id, "head", CancellationToken.None);
        Assert.All(opened.Stored.Root.Packs, pack => Assert.Equal(Contracts.Snapshots.SnapshotScope.User, pack.Scope));
        var own = (await world.Get<SnapshotObjects>().ListAllAsync("users/local-grace/packs/", CancellationToken.None)).Select(item => item.Key[(item.Key.LastIndexOf('/') + 1)..]);
        Assert.Superset(opened.Stored.Root.Packs.Select(pack => pack.Hash).ToHashSet(), own.ToHashSet());
        var paths = new List<string>();
        await foreach (var entry in opened.Tree.ReadAsync(after: null, CancellationToken.None))
            paths.Add(entry.Path.ToString());
        Assert.Equal(
            ["documents", "home", "workspace", "workspace/.env", "workspace/.env.example", "workspace/big", "workspace/code.py", "workspace/link", "workspace/run.sh"], paths);
        using var big = await grace.SendAsync(HttpMethod.Get, $"/api/repls/{copy.Id}/history/head/file?path=workspace%2Fbig");
        Assert.Equal(3_000_000, (await big.Content.ReadAsStringAsync()).Length);
    }

    [Fact]
    public async Task A_link_ends_with_its_repl_and_cannot_be_made_up()
    {
        await using var world = await HistoryWorld.StartAsync(stores, "copies-end");
        var id = await world.CreateAsync(Files);
        using var made = await world.Ada.SendAsync(HttpMethod.Post, $"/api/repls/{id}/copy");
        var code = (await made.Content.ReadFromJsonAsync(HistoryJson.Default.CopyLink))!.Code;
        using var grace = await Browser.SignedInAsync(world.Core, "grace");
        foreach (var wrong in new[] { "x", code[..^4] + "AAAA", Assertions.User("local-ada") })
        {
            using var refused = await grace.SendAsync(HttpMethod.Get, $"/api/copies/{wrong}");
            Assert.Equal(HttpStatusCode.NotFound, refused.StatusCode);
        }
        using var deleted = await world.Ada.SendAsync(HttpMethod.Delete, $"/api/repls/{id}");
        using var gone = await grace.PostAsync($"/api/copies/{code}", new AcceptCopy(null));
        Assert.Equal(HttpStatusCode.NotFound, gone.StatusCode);
    }

    [Theory]
    [InlineData(".env", true)]
    [InlineData(".env.local", true)]
    [InlineData(".env.example", false)]
    [InlineData("id_ed25519", true)]
    [InlineData("server.key", true)]
    [InlineData("keyboard.ts", false)]
    [InlineData("secrets.yaml", true)]
    [InlineData("README.md", false)]
    public void Names_of_secrets_are_known(string name, bool isSecret) =>
        Assert.Equal(isSecret, SecretFiles.HasName(SnapshotPath.Parse(Encoding.UTF8.GetBytes("workspace/" + name))));
}
