using Devex.Contracts;
using Devex.Contracts.Api;
using Devex.Core.Repls;
using Devex.Core.Tests.Fixtures;
using Devex.Testing;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Devex.Core.Tests.Repls;

[Trait("Tier", "integration")]
public sealed class IndexRepairTests(Stores stores)
{
    [Theory]
    [InlineData(RedisKind.Redis)]
    [InlineData(RedisKind.Garnet)]
    public async Task Redis_emptied_loses_nothing_that_people_made(RedisKind kind)
    {
        await using var redis = await RedisServer.StartAsync(kind);
        await using var core = await CoreHost.StartAsync(
            stores, settings: new Dictionary<string, string?> { ["ConnectionStrings:redis"] = redis.ConnectionString }, bucket: $"repair-{kind}".ToLowerInvariant());
        using var before = await Browser.SignedInAsync(core);
        var kept = await before.CreateAsync(name: "kept");
        var running = await before.CreateAsync(name: "running");
        var trashed = await before.CreateAsync(name: "trashed");
        (await before.SendAsync(HttpMethod.Post, $"/api/repls/{running.Id}/start")).Dispose();
        (await before.SendAsync(HttpMethod.Delete, $"/api/repls/{trashed.Id}")).Dispose();
        var records = core.Services.GetRequiredService<ReplRecords>();
        await records.UpdateAsync(
            UserId.Local("ada"), kept.Id, record => record with { Members = new Dictionary<string, Role> { ["local-grace"] = Role.Viewer } }, CancellationToken.None);

        await Stores.EmptyAsync(redis);
        core.Engine.Forgotten = true;

        using var grace = await Browser.SignedInAsync(core, "grace");
        Assert.Equal(kept.Id, (await grace.GetAsync($"/api/repls/{kept.Id}")).Id);
        using var ada = await Browser.SignedInAsync(core);
        // Until sessions are found again, one that is wanted is not said to be stopped.
        Assert.Equal([("kept", ReplState.Stopped), ("running", ReplState.Starting)], (await ada.ListAsync()).Select(repl => (repl.Name, repl.State)).Order());
        Assert.Equal("trashed", Assert.Single(await ada.ListAsync("/api/trash")).Name);
        Assert.Equal((UserId.Local("ada"), running.Id), Assert.Single(await ((Core.Sessions.IReplRecords)records).ActiveAsync(CancellationToken.None)));
    }
}
