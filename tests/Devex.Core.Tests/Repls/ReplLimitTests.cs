using System.Net;
using Devex.Contracts.Api;
using Devex.Core.Repls;
using Devex.Core.Sessions;
using Devex.Core.Sessions.Store;
using Devex.Core.Tests.Fixtures;
using Devex.Testing;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Devex.Core.Tests.Repls;

[Trait("Tier", "integration")]
public sealed class ReplLimitTests(Stores stores)
{
    private static readonly Dictionary<string, string?> Two = new() { ["Limits:Repls"] = "2", ["Limits:Running"] = "2" };

    [Fact]
    public async Task Fifty_parallel_creates_with_a_limit_of_two_make_exactly_two()
    {
        var engine = new FakeEngine();
        await using var one = await CoreHost.StartAsync(stores, engine, Two, bucket: "limits");
        await using var two = await CoreHost.StartAsync(stores, engine, Two, bucket: "limits");
        using var first = await Browser.SignedInAsync(one, "barbara");
        using var second = await Browser.SignedInAsync(two, "barbara");
        (await first.SendAsync(HttpMethod.Post, "/api/repls/0123456789ab/stop")).Dispose();
        (await second.SendAsync(HttpMethod.Post, "/api/repls/0123456789ab/stop")).Dispose();

        var answers = await Task.WhenAll(Enumerable.Range(0, 50).Select(async i =>
        {
            using var answer = await (i % 2 == 0 ? first : second).PostAsync("/api/repls", new CreateRepl(null, "node"));
            return answer.StatusCode;
        }));
        Assert.Equal(2, answers.Count(status => status == HttpStatusCode.Created));
        Assert.Equal(48, answers.Count(status => status == HttpStatusCode.Conflict));
        Assert.Equal(2, (await second.ListAsync()).Count);

        // The index made anew from S3 counts the same.
        await Stores.EmptyAsync(await stores.StartAsync("limits"));
        Assert.False(await one.Services.GetRequiredService<ReplIndex>().IsCompleteAsync());
        using var again = await Browser.SignedInAsync(one, "barbara");
        using var refused = await again.PostAsync("/api/repls", new CreateRepl(null, "node"));
        Assert.Equal(HttpStatusCode.Conflict, refused.StatusCode);
        Assert.Equal(2, (await again.ListAsync()).Count);
    }

    [Fact]
    public async Task Parallel_starts_run_no_more_than_allowed()
    {
        await using var core = await CoreHost.StartAsync(stores, settings: new Dictionary<string, string?> { ["Limits:Running"] = "2" }, bucket: "running");
        using var ada = await Browser.SignedInAsync(core);
        var repls = new List<Repl>();
        for (var i = 0; i < 6; i++)
            repls.Add(await ada.CreateAsync());
        var answers = await Task.WhenAll(repls.SelectMany(repl => new[] { repl, repl }).Select(async repl =>
        {
            using var answer = await ada.SendAsync(HttpMethod.Post, $"/api/repls/{repl.Id}/start");
            return (repl.Id, answer.StatusCode);
        }));
        Assert.Equal(2, answers.Where(answer => answer.StatusCode == HttpStatusCode.Accepted).Select(answer => answer.Id).Distinct().Count());
        Assert.Equal(2, (await ada.ListAsync()).Count(repl => repl.State == ReplState.Running));

        var running = (await ada.ListAsync()).First(repl => repl.State == ReplState.Running);
        using var stopped = await ada.SendAsync(HttpMethod.Post, $"/api/repls/{running.Id}/stop");
        var idle = (await ada.ListAsync()).First(repl => repl.State == ReplState.Stopped && repl.Id != running.Id);
        using var next = await ada.SendAsync(HttpMethod.Post, $"/api/repls/{idle.Id}/start");
        Assert.Equal(HttpStatusCode.Accepted, next.StatusCode);
    }

    [Theory]
    [InlineData(RedisKind.Redis)]
    [InlineData(RedisKind.Garnet)]
    public async Task What_is_still_being_stopped_counts_until_it_has_gone(RedisKind kind)
    {
        await using var redis = await RedisServer.StartAsync(kind);
        await using var core = await CoreHost.StartAsync(
            stores, settings: new Dictionary<string, string?> { ["Limits:Running"] = "2", ["ConnectionStrings:redis"] = redis.ConnectionString },
            bucket: $"stopping-{kind}".ToLowerInvariant());
        using var ada = await Browser.SignedInAsync(core);
        var repls = new List<Repl>();
        for (var i = 0; i < 8; i++)
            repls.Add(await ada.CreateAsync());
        foreach (var repl in repls[..2])
        {
            Assert.Equal(HttpStatusCode.Accepted, await StartAsync(ada, repl));
            await SessionAsync(core, repl, SessionPhase.Running);
        }
        (await ada.SendAsync(HttpMethod.Post, $"/api/repls/{repls[0].Id}/stop")).Dispose();
        await SessionAsync(core, repls[0], SessionPhase.Saving);

        // Its session still has its place, for itself alone.
        Assert.All(await Task.WhenAll(repls[2..].Select(repl => StartAsync(ada, repl))), status => Assert.Equal(HttpStatusCode.Conflict, status));
        Assert.Equal(HttpStatusCode.Accepted, await StartAsync(ada, repls[0]));
        (await ada.SendAsync(HttpMethod.Post, $"/api/repls/{repls[0].Id}/stop")).Dispose();
        Assert.All(await Task.WhenAll(repls[2..].Select(repl => StartAsync(ada, repl))), status => Assert.Equal(HttpStatusCode.Conflict, status));

        await SessionAsync(core, repls[0], SessionPhase.Stopped);
        var answers = await Task.WhenAll(repls[2..].Select(repl => StartAsync(ada, repl)));
        Assert.Equal(1, answers.Count(status => status == HttpStatusCode.Accepted));
    }

    [Fact]
    public async Task What_fails_on_the_way_gives_name_and_place_back()
    {
        await using var core = await CoreHost.StartAsync(stores, settings: Two, bucket: "failures");
        using var ada = await Browser.SignedInAsync(core);
        core.Engine.SnapshotFailure = new HttpRequestException("S3 is away");
        for (var i = 0; i < 3; i++)
        {
            using var failed = await ada.PostAsync("/api/repls", new CreateRepl("mine", "node"));
            Assert.Equal(HttpStatusCode.ServiceUnavailable, failed.StatusCode);
        }
        core.Engine.SnapshotFailure = null;
        Assert.Equal("mine", (await ada.CreateAsync(name: "mine")).Name);
        Assert.Equal("node", (await ada.CreateAsync()).Name);
    }

    private static async Task<HttpStatusCode> StartAsync(Browser browser, Repl repl)
    {
        using var answer = await browser.SendAsync(HttpMethod.Post, $"/api/repls/{repl.Id}/start");
        return answer.StatusCode;
    }

    /// <summary>What the reconciler writes.</summary>
    private static Task<SessionRecord?> SessionAsync(CoreHost core, Repl repl, SessionPhase phase) => core.Services.GetRequiredService<ISessionStore>().UpdateAsync(
        repl.Id,
        current => current is null ? new SessionRecord { Owner = repl.Owner.Id, Id = repl.Id, Session = "session", Phase = phase } : current with { Phase = phase },
        CancellationToken.None);
}
