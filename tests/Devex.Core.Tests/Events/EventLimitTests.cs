using System.Net;
using System.Net.Sockets;
using System.Net.WebSockets;
using System.Text;
using Devex.Core.Events;
using Devex.Core.Tests.Fixtures;
using Xunit;

namespace Devex.Core.Tests.Events;

[Trait("Tier", "integration")]
public sealed class EventLimitTests(Stores stores)
{
    private const byte Text = 0x81;
    private const byte Ping = 0x89;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_user_has_sixty_four_connections_and_no_more_however_many_come_at_once()
    {
        await using var core = await CoreHost.StartAsync(stores, bucket: "event-limits");
        using var ada = await Browser.SignedInAsync(core);
        using var grace = await Browser.SignedInAsync(core, "grace");
        var results = await Task.WhenAll(Enumerable.Range(0, EventsFeature.MaxConnectionsPerUser + 8).Select(_ => ada.ConnectAsync()));
        var sockets = results.Select(result => result.Socket).OfType<ClientWebSocket>().ToList();
        try
        {
            Assert.Equal(EventsFeature.MaxConnectionsPerUser, sockets.Count);
            Assert.All(results.Where(result => result.Socket is null), result => Assert.Equal(HttpStatusCode.TooManyRequests, result.Status));
            var (other, _) = await grace.ConnectAsync();
            sockets.Add(other!);

            // One that is closed makes room, as soon as Core has seen it.
            await sockets[0].CloseAsync(WebSocketCloseStatus.NormalClosure, null, Cancelled);
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(Cancelled);
            limit.CancelAfter(TimeSpan.FromSeconds(60));
            ClientWebSocket? next;
            while ((next = (await ada.ConnectAsync()).Socket) is null)
                await Task.Delay(10, limit.Token);
            sockets.Add(next);
            Assert.Equal(HttpStatusCode.TooManyRequests, (await ada.ConnectAsync()).Status);
        }
        finally
        {
            sockets.ForEach(socket => socket.Dispose());
        }
    }

    /// <summary>By the real clock: the pings are the framework's. A reader that does not answer is gone.</summary>
    [Fact]
    public async Task Each_connection_is_pinged_and_one_that_does_not_answer_is_cut_off()
    {
        await using var core = await CoreHost.StartAsync(stores, bucket: "event-limits");
        using var ada = await Browser.SignedInAsync(core);
        using var socket = new TcpClient { NoDelay = true };
        await socket.ConnectAsync(core.Address.Host, core.Address.Port, Cancelled);
        var stream = socket.GetStream();
        var cookies = string.Join("; ", ada.Cookies.Select(cookie => $"{cookie.Key}={cookie.Value}"));
        await stream.WriteAsync(Encoding.ASCII.GetBytes(
            $"GET /api/events HTTP/1.1\r\nHost: localhost:8080\r\nOrigin: {CoreHost.WebOrigin}\r\nCookie: {cookies}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
            + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"), Cancelled);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(Cancelled);
        limit.CancelAfter(TimeSpan.FromMinutes(3));
        Assert.StartsWith("HTTP/1.1 101", await HeadAsync(stream, limit.Token), StringComparison.Ordinal);

        // A snapshot, and another one each time that Core was without Redis for a moment.
        byte? frame;
        var texts = 0;
        while ((frame = await FrameAsync(stream, limit.Token)) == Text)
            texts++;
        Assert.NotEqual(0, texts);
        Assert.Equal(Ping, frame);
        // No answer from here: whatever comes, the connection ends.
        try
        {
            while (await FrameAsync(stream, limit.Token) is not null)
            {
            }
        }
        catch (IOException)
        {
            // Cut without a word.
        }
    }

    private static async Task<string> HeadAsync(NetworkStream stream, CancellationToken cancellationToken)
    {
        var head = new StringBuilder();
        var one = new byte[1];
        while (!head.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal))
        {
            await stream.ReadExactlyAsync(one, cancellationToken);
            head.Append((char)one[0]);
        }
        return head.ToString();
    }

    /// <summary>The first byte of the next frame; null at the end.</summary>
    private static async Task<byte?> FrameAsync(NetworkStream stream, CancellationToken cancellationToken)
    {
        var head = new byte[2];
        if (await stream.ReadAtLeastAsync(head, 2, throwOnEndOfStream: false, cancellationToken) < 2)
            return null;
        var length = (int)head[1];
        var extra = new byte[length switch { 126 => 2, 127 => 8, _ => 0 }];
        await stream.ReadExactlyAsync(extra, cancellationToken);
        if (extra.Length > 0)
            length = extra.Aggregate(0, (value, next) => (value << 8) | next);
        await stream.ReadExactlyAsync(new byte[length], cancellationToken);
        return head[0];
    }
}
