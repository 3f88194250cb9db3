using System.Net;
using Devex.Contracts.Api;
using Devex.Gateway.Tests.Fixtures;
using Xunit;

namespace Devex.Gateway.Tests.Sessions;

[Trait("Tier", "integration")]
public sealed class StopTests(Stack stack)
{
    [Fact]
    public async Task A_stop_ends_the_sockets_and_the_next_request_knows_of_it_at_once()
    {
        var (client, _, _) = await stack.StartAsync();
        await using var repl = await RunningRepl.StartAsync(client, "local-grace");
        var cookie = await repl.SignInAsync();
        using (var before = await client.GetAsync(repl.Preview, cookie))
            Assert.Equal(HttpStatusCode.OK, before.StatusCode);

        await client.AskCoreAsync<Repl>(HttpMethod.Post, $"/api/repls/{repl.Id}/stop", repl.User);
        await repl.Session.Closed.WaitAsync(TimeSpan.FromMinutes(2), TestContext.Current.CancellationToken);
        await client.WaitForAsync(repl.Id, repl.User, ReplState.Stopped);

        // A location is kept for 30 s; the word by Redis ends it sooner.
        using var session = await client.GetAsync(client.ReplOrigin(repl.Id) + "/session");
        Assert.Equal(HttpStatusCode.NotFound, session.StatusCode);
        Assert.Contains("session.absent", await session.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
        using var preview = await client.GetAsync(repl.Preview, cookie);
        Assert.Equal(HttpStatusCode.NotFound, preview.StatusCode);
        Assert.Contains("This REPL is not running", await preview.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }
}
