using System.Net;
using System.Net.Http.Json;
using System.Net.WebSockets;
using System.Text.Json;
using Devex.Contracts;
using Devex.Contracts.Api;
using Devex.Core.Events;
using Devex.Core.Tests.Fixtures;
using Devex.Core.Tests.Snapshots.Fixtures;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Devex.Core.Tests.Events;

[Trait("Tier", "integration")]
public sealed class EventTests(Stores stores)
{
    [Fact]
    public async Task A_reader_gets_everything_first_and_then_changes_made_on_any_replica()
    {
        var engine = new FakeEngine();
        await using var one = await CoreHost.StartAsync(stores, engine, bucket: "events");
        await using var two = await CoreHost.StartAsync(stores, engine, bucket: "events");
        using var reader = await Browser.SignedInAsync(one);
        using var writer = await Browser.SignedInAsync(two);
        using var stranger = await Browser.SignedInAsync(two, "grace");
        var before = await writer.CreateAsync();
        var (socket, _) = await reader.ConnectAsync();
        Assert.Equal(before.Id, Assert.Single(Assert.IsType<ReplsSnapshot>(await ReceiveAsync(socket!)).Repls).Id);

        await stranger.CreateAsync();
        var made = await writer.CreateAsync();
        Assert.Equal(made.Id, Assert.IsType<ReplChanged>(await ReceiveAsync(socket!)).Repl.Id);

        using var renamed = await writer.SendAsync(HttpMethod.Patch, $"/api/repls/{made.Id}", JsonContent.Create(new UpdateRepl("events")));
        Assert.Equal("events", Assert.IsType<ReplChanged>(await ReceiveAsync(socket!)).Repl.Name);

        var saved = new SavedState(7, DateTimeOffset.UnixEpoch, 1, 2, new string('b', 64), null, []);
        await two.Services.GetRequiredService<IReplEvents>().SavedAsync(UserId.Local("ada"), made.Id, saved, CancellationToken.None);
        Assert.Equal(7, Assert.IsType<ReplSaved>(await ReceiveAsync(socket!)).Saved.Root);
        Assert.Equal(7, (await reader.GetAsync($"/api/repls/{made.Id}")).Saved!.Root);

        using var deleted = await writer.SendAsync(HttpMethod.Delete, $"/api/repls/{made.Id}");
        Assert.Equal(made.Id, Assert.IsType<ReplRemoved>(await ReceiveAsync(socket!)).Id);
        socket!.Dispose();
    }

    [Theory]
    [InlineData("http://evil.example")]
    [InlineData("null")]
    [InlineData("http://localhost")]
    [InlineData("http://localhost:8081")]
    [InlineData("http://LOCALHOST:8080")]
    [InlineData("https://localhost:8080")]
    [InlineData("http://0123456789ab.repl.localhost:8081")]
    [InlineData("http://localhost:8080/")]
    [InlineData(null)]
    public async Task A_page_of_another_origin_opens_no_events_by_cookie(string? origin)
    {
        await using var core = await CoreHost.StartAsync(stores, bucket: "events");
        using var ada = await Browser.SignedInAsync(core);
        Assert.Equal(HttpStatusCode.Forbidden, (await ada.ConnectAsync(origin)).Status);
    }

    [Fact]
    public async Task Without_credentials_there_are_no_events()
    {
        await using var core = await CoreHost.StartAsync(stores, bucket: "events");
        using var nobody = new Browser(core);
        Assert.Equal(HttpStatusCode.Unauthorized, (await nobody.ConnectAsync()).Status);
        Assert.Equal(HttpStatusCode.Unauthorized, (await nobody.ConnectAsync(authorization: "Bearer dvx_local-ada_x")).Status);
    }

    [Fact]
    public async Task Web_reads_events_for_its_user_without_an_origin()
    {
        await using var core = await CoreHost.StartAsync(stores, bucket: "events");
        using var signedIn = await Browser.SignedInAsync(core);
        using var web = new Browser(core);
        var (socket, _) = await web.ConnectAsync(origin: null, authorization: "Bearer " + Assertions.User("local-ada"));
        Assert.IsType<ReplsSnapshot>(await ReceiveAsync(socket!));
        socket!.Dispose();
        Assert.Equal(HttpStatusCode.Forbidden, (await web.ConnectAsync("http://evil.example", "Bearer " + Assertions.User("local-ada"))).Status);
    }

    [Fact]
    public async Task When_Core_stops_readers_are_told_to_go_elsewhere()
    {
        var core = await CoreHost.StartAsync(stores, bucket: "events");
        using var ada = await Browser.SignedInAsync(core);
        var (socket, _) = await ada.ConnectAsync();
        Assert.IsType<ReplsSnapshot>(await ReceiveAsync(socket!));
        var stopping = core.DisposeAsync();
        var end = await socket!.ReceiveAsync(new byte[16].AsMemory(), CancellationToken.None);
        Assert.Equal((WebSocketMessageType.Close, WebSocketCloseStatus.EndpointUnavailable), (end.MessageType, socket.CloseStatus!.Value));
        await socket.CloseOutputAsync(WebSocketCloseStatus.EndpointUnavailable, null, CancellationToken.None);
        await stopping;
        socket.Dispose();
    }

    [Fact]
    public async Task Readers_are_told_everything_anew_when_a_change_cannot_be_looked_up()
    {
        var redis = await stores.StartAsync("lost");
        await using var s3 = await FailingProxy.StartAsync(stores.S3.ServiceUrl);
        await using var core = await CoreHost.StartAsync(stores, settings: new Dictionary<string, string?> { ["S3:ServiceUrl"] = s3.Url }, bucket: "lost");
        using var ada = await Browser.SignedInAsync(core);
        var made = await ada.CreateAsync();
        var (socket, _) = await ada.ConnectAsync();
        Assert.IsType<ReplsSnapshot>(await ReceiveAsync(socket!));

        // Neither the index nor what it would be made from is there; a reader that is to be told everything then learns that by its connection.
        s3.Fail = (_, _) => HttpStatusCode.Forbidden;
        await Stores.EmptyAsync(redis);
        await core.Services.GetRequiredService<IReplEvents>().ChangedAsync(UserId.Local("ada"), made.Id, CancellationToken.None);
        // After a minute it would learn it in any case, when its credentials are looked at again.
        var end = await socket!.ReceiveAsync(new byte[16].AsMemory(), TestContext.Current.CancellationToken).AsTask().WaitAsync(TimeSpan.FromSeconds(40));
        Assert.Equal(WebSocketMessageType.Close, end.MessageType);
        socket.Dispose();

        s3.Fail = (_, _) => null;
        var (again, _) = await ada.ConnectAsync();
        Assert.Equal(made.Id, Assert.Single(Assert.IsType<ReplsSnapshot>(await ReceiveAsync(again!)).Repls).Id);
        again!.Dispose();
    }

    private static async Task<DevexEvent> ReceiveAsync(ClientWebSocket socket)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        var buffer = new byte[256 * 1024];
        var length = 0;
        while (true)
        {
            var received = await socket.ReceiveAsync(buffer.AsMemory(length), limit.Token);
            length += received.Count;
            if (received.EndOfMessage)
                return JsonSerializer.Deserialize(buffer.AsSpan(0, length), ApiJson.Default.DevexEvent)!;
        }
    }
}
