using System.Net;
using System.Net.Http.Json;
using Amazon.S3;
using Devex.Contracts.Api;
using Devex.Core.Tests.Fixtures;
using Xunit;

namespace Devex.Core.Tests.Repls;

[Trait("Tier", "integration")]
public sealed class ReplTests(Stores stores)
{
    [Fact]
    public async Task A_repl_is_made_listed_renamed_started_and_stopped()
    {
        await using var core = await CoreHost.StartAsync(stores, bucket: "life");
        using var ada = await Browser.SignedInAsync(core);

        var made = await ada.CreateAsync("node");
        Assert.Equal("node", made.Name);
        Assert.Equal(ReplState.Stopped, made.State);
        Assert.Equal("line one\nline two\nline three", made.Preview);
        Assert.Equal("run node", made.RunCommand);
        Assert.Equal("local-ada", made.Owner.Id.ToString());
        Assert.Equal("node-2", (await ada.CreateAsync("node")).Name);
        Assert.Equal(["node", "node-2"], (await ada.ListAsync()).Select(repl => repl.Name).Order());

        using var renamed = await ada.SendAsync(HttpMethod.Patch, $"/api/repls/{made.Id}", JsonContent.Create(new UpdateRepl("My REPL", "echo hello")));
        Assert.Equal(HttpStatusCode.OK, renamed.StatusCode);
        using var started = await ada.SendAsync(HttpMethod.Post, $"/api/repls/{made.Id}/start");
        Assert.Equal(HttpStatusCode.Accepted, started.StatusCode);
        var running = await ada.GetAsync($"/api/repls/{made.Id}");
        Assert.Equal(("My REPL", "echo hello", ReplState.Running), (running.Name, running.RunCommand, running.State));

        using var ticket = await ada.SendAsync(HttpMethod.Post, $"/api/repls/{made.Id}/tickets");
        Assert.Equal("local-ada/Owner", (await ticket.Content.ReadFromJsonAsync(ApiJson.Default.SessionTicket))!.Ticket);

        using var stopped = await ada.SendAsync(HttpMethod.Post, $"/api/repls/{made.Id}/stop");
        Assert.Equal(HttpStatusCode.Accepted, stopped.StatusCode);
        using var refused = await ada.SendAsync(HttpMethod.Post, $"/api/repls/{made.Id}/tickets");
        Assert.Equal(HttpStatusCode.Conflict, refused.StatusCode);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_repl_is_listed_started_and_stopped_while_its_files_are_out_of_reach(bool silent)
    {
        await using var core = await CoreHost.StartAsync(stores, bucket: silent ? "silent" : "failing");
        using var ada = await Browser.SignedInAsync(core);
        core.Engine.ReadText = cancellation => silent ? NeverAsync(cancellation) : throw new AmazonS3Exception("Away.");

        var made = await ada.CreateAsync("node");
        using var started = await ada.SendAsync(HttpMethod.Post, $"/api/repls/{made.Id}/start");
        Assert.Equal(HttpStatusCode.Accepted, started.StatusCode);
        Assert.Equal([made.Id], (await ada.ListAsync()).Select(repl => repl.Id));
        using var stopped = await ada.SendAsync(HttpMethod.Post, $"/api/repls/{made.Id}/stop");
        Assert.Equal(HttpStatusCode.Accepted, stopped.StatusCode);
        Assert.Null((await ada.GetAsync($"/api/repls/{made.Id}")).Preview);

        core.Engine.ReadText = null;
        Assert.Equal("line one\nline two\nline three", (await ada.GetAsync($"/api/repls/{made.Id}")).Preview);

        static async Task<string?> NeverAsync(CancellationToken cancellation)
        {
            await Task.Delay(Timeout.Infinite, cancellation);
            return null;
        }
    }
}
