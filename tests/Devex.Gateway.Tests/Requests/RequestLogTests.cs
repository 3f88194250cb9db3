using System.Net;
using Devex.Contracts.Protocol;
using Devex.Gateway.Tests.Fixtures;
using Devex.Testing.Runner;
using Xunit;

namespace Devex.Gateway.Tests.Requests;

/// <summary>Requests to previews, from the Gateway that passes them into the log of their session.</summary>
[Trait("Tier", "integration")]
public sealed class RequestLogTests(Stack stack)
{
    [Fact]
    public async Task A_request_is_told_with_its_answer_and_without_what_people_keep_secret()
    {
        var (client, ada, alan) = await stack.StartAsync();
        var (cookie, name) = (await ada.SignInAsync(), NewName());
        await using var watching = await WatchAsync(ada);
        using var answer = await client.GetAsync($"{ada.Preview}/{name}?status=503&token=hush-{name}", cookie, $"X-Secret: hush-{name}");
        var body = await answer.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken);
        var (seen, all) = await SeenAsync(watching, $"/{name}", request => request.Milliseconds is not null);
        Assert.Equal((3000, "GET", true, 503, false, false), (seen.Port, seen.Method, seen.HasQuery, seen.Status, seen.WebSocket, seen.ByLink));
        Assert.Equal(body.Length, seen.Bytes);
        Assert.True(seen.Milliseconds > 0);
        Assert.DoesNotContain("hush", all, StringComparison.Ordinal);

        // Of one session alone.
        await using var elsewhere = await alan.OpenSessionAsync();
        var theirs = await elsewhere.CallAsync("requests.watch", new Nothing(), ProtocolJson.Default.Nothing, ProtocolJson.Default.PreviewRequestList);
        Assert.DoesNotContain(theirs.Requests, request => request.Path == $"/{name}");
    }

    [Fact]
    public async Task A_websocket_is_told_as_it_opens_and_as_it_ends()
    {
        var (client, ada, _) = await stack.StartAsync();
        var (cookie, name) = (await ada.SignInAsync(), NewName());
        await using var watching = await WatchAsync(ada);
        var (socket, _) = await client.ConnectAsync($"{ada.Preview}/stay/{name}", cookie, $"Origin: {ada.Preview}");
        var (open, _) = await SeenAsync(watching, $"/stay/{name}");
        Assert.Equal((true, 101, null), (open.WebSocket, open.Status, open.Milliseconds));
        await socket!.SendAsync(new byte[1000], System.Net.WebSockets.WebSocketMessageType.Binary, true, TestContext.Current.CancellationToken);
        socket.Abort();
        var (ended, _) = await SeenAsync(watching, $"/stay/{name}", request => request.Milliseconds is not null);
        Assert.Equal((open.Id, open.Number, true, 101), (ended.Id, ended.Number, ended.WebSocket, ended.Status));
        Assert.InRange(ended.Bytes, 0, 1100);
    }

    [Fact]
    public async Task Visitors_by_link_are_marked_and_what_the_Gateway_refuses_is_not_told()
    {
        var (client, ada, _) = await stack.StartAsync();
        var name = NewName();
        await using var watching = await WatchAsync(ada);
        using (var refused = await client.GetAsync($"{ada.Preview}/refused-{name}"))
            Assert.Equal(HttpStatusCode.Unauthorized, refused.StatusCode);
        // Of a port that no other test opens: its answer is the Gateway's own page.
        var secret = await ada.OpenAsync(3998);
        using var entered = await ada.FollowAsync(secret, client.PreviewOrigin(ada.Id, 3998));
        var cookie = "Cookie: " + Assert.Single(entered.Headers.GetValues("Set-Cookie")).Split(';')[0];
        using (var closed = await client.GetAsync($"{client.PreviewOrigin(ada.Id, 3998)}/{name}", cookie))
            Assert.Equal(HttpStatusCode.BadGateway, closed.StatusCode);
        var (seen, _) = await SeenAsync(watching, $"/{name}");
        Assert.Equal((3998, 502, true), (seen.Port, seen.Status, seen.ByLink));
        var log = await watching.CallAsync("requests.watch", new Nothing(), ProtocolJson.Default.Nothing, ProtocolJson.Default.PreviewRequestList);
        Assert.DoesNotContain(log.Requests, request => request.Path == $"/refused-{name}" || request.Path.StartsWith("/.devex", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Nobody_reports_from_outside()
    {
        var (client, ada, _) = await stack.StartAsync();
        using var answer = await client.SendAsync(HttpMethod.Post, client.ReplOrigin(ada.Id) + "/requests", new StringContent("{}"));
        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
    }

    private static string NewName() => Guid.NewGuid().ToString("N");

    private static async Task<RunnerSession> WatchAsync(RunningRepl repl)
    {
        var session = await repl.OpenSessionAsync();
        await session.CallAsync("requests.watch", new Nothing(), ProtocolJson.Default.Nothing, ProtocolJson.Default.PreviewRequestList);
        return session;
    }

    /// <summary>Waits for a request to be told, and answers with all that was told with it as text.</summary>
    private static async Task<(PreviewRequest Request, string All)> SeenAsync(RunnerSession watching, string path, Func<PreviewRequest, bool>? where = null)
    {
        bool Fits(PreviewRequest request) => request.Path == path && where?.Invoke(request) != false;
        var list = await watching.NextAsync("requests.seen", ProtocolJson.Default.PreviewRequestList, told => told.Requests.Any(Fits), TestContext.Current.CancellationToken);
        return (list.Requests.First(Fits), string.Join('\n', list.Requests));
    }
}
