using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Devex.Hosting.Orchestration;

namespace Devex.Hosting.Tests.Orchestration;

public sealed class OrderTests
{
    [Fact]
    public void Who_waits_ends_first_and_servers_end_last()
    {
        using var sample = new Sample();
        var redis = sample.Builder.AddRedis("redis");
        var core = sample.AddScript("core", "").WaitFor(redis);
        var web = sample.AddScript("web", "").WaitFor(core);
        var lone = sample.AddScript("lone", "");
        IResource[] all = [redis.Resource, core.Resource, web.Resource, lone.Resource];

        Assert.Equal(["core", "web", "lone"], StartOrder.EndBefore(redis.Resource, all).Select(resource => resource.Name));
        Assert.Equal(["web"], StartOrder.EndBefore(core.Resource, all).Select(resource => resource.Name));
        Assert.Empty(StartOrder.EndBefore(web.Resource, all));
    }

    [Fact]
    public async Task A_circle_is_refused_by_its_names()
    {
        using var sample = new Sample();
        var a = sample.AddScript("a", "");
        var b = sample.AddScript("b", "").WaitFor(a);
        var c = sample.AddScript("c", "").WaitFor(b);
        a.WaitFor(c);
        await using var app = sample.Builder.Build();
        var refusal = await Assert.ThrowsAsync<DistributedApplicationException>(() => app.StartAsync(TestContext.Current.CancellationToken));
        Assert.Contains("a → c → b → a", refusal.Message);
    }

    [Fact]
    public void Nothing_waits_for_itself()
    {
        using var sample = new Sample();
        var a = sample.AddScript("a", "");
        Assert.Contains("cannot wait for itself", Assert.Throws<DistributedApplicationException>(() => a.WaitFor(a)).Message);
    }

    [Fact]
    public async Task An_unknown_image_is_refused_in_words()
    {
        using var sample = new Sample();
        sample.Builder.AddContainer("db", "library/postgres", "17");
        await using var app = sample.Builder.Build();
        var refusal = await Assert.ThrowsAsync<DistributedApplicationException>(() => app.StartAsync(TestContext.Current.CancellationToken));
        Assert.Contains("'library/postgres', which cannot run here", refusal.Message);
    }

    [Fact]
    public void Crashes_are_answered_ever_later_until_a_run_was_long()
    {
        var backOff = new BackOff();
        var delays = Enumerable.Range(0, 7).Select(_ => backOff.Next(TimeSpan.FromSeconds(1)).TotalSeconds);
        Assert.Equal([1, 2, 4, 8, 16, 30, 30], delays);
        Assert.Equal(1, backOff.Next(TimeSpan.FromSeconds(60)).TotalSeconds);
    }
}
