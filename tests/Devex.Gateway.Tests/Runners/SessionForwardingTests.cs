using System.Net;
using System.Net.WebSockets;
using System.Security.Cryptography;
using Devex.Contracts.Api;
using Devex.Contracts.Protocol;
using Devex.Gateway.Tests.Fixtures;
using Devex.Testing.Runner;
using Xunit;

namespace Devex.Gateway.Tests.Runners;

/// <summary><c>{replId}.{ReplDomain}</c> through the Gateway, with real sessions behind it.</summary>
[Trait("Tier", "integration")]
public sealed class SessionForwardingTests(Stack stack)
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_session_and_its_files_work_through_the_gateway()
    {
        var (client, ada, _) = await stack.StartAsync();
        await using var session = await ada.OpenSessionAsync();
        await session.PingAsync();
        var version = await session.WriteFileAsync("through.txt", "the gateway", expected: null);
        using var file = await ada.Runner.SendAsync(
            HttpMethod.Get, "/files/through.txt", session.Welcome.Token, client.WebOrigin, cancellation: Cancelled);
        Assert.Equal("the gateway", await file.Content.ReadAsStringAsync(Cancelled));
        Assert.Contains(version, file.Headers.ETag!.Tag, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_of_any_size_goes_up_and_comes_back()
    {
        var (client, ada, _) = await stack.StartAsync();
        // More than a server takes by itself.
        var content = new byte[40_000_000];
        new Random(1).NextBytes(content);
        using (var put = await ada.Runner.SendAsync(
            HttpMethod.Put, "/files/large.bin", ada.Session.Welcome.Token, client.WebOrigin, new ByteArrayContent(content), cancellation: Cancelled))
        {
            Assert.True(put.IsSuccessStatusCode, $"{put.StatusCode}");
        }
        using var back = await ada.Runner.SendAsync(HttpMethod.Get, "/files/large.bin", ada.Session.Welcome.Token, client.WebOrigin, cancellation: Cancelled);
        Assert.Equal(SHA256.HashData(content), await SHA256.HashDataAsync(await back.Content.ReadAsStreamAsync(Cancelled), Cancelled));
    }

    [Fact]
    public async Task A_terminal_goes_on_where_a_lost_connection_left_it()
    {
        var (_, ada, _) = await stack.StartAsync();
        var info = await ada.Session.CallAsync(
            "terminals.open", new OpenTerminal(80, 24, null), ProtocolJson.Default.OpenTerminal, ProtocolJson.Default.TerminalInfo, Cancelled);
        long offset;
        await using (var terminal = await ada.OpenTerminalAsync(info.Terminal))
        {
            await terminal.WriteAsync("echo be''fore\n", Cancelled);
            await terminal.ReadUntilAsync("before", Cancelled);
            offset = terminal.Offset;
        }
        await using var again = await ada.OpenTerminalAsync(info.Terminal, offset);
        await again.WriteAsync("echo af''ter\n", Cancelled);
        Assert.DoesNotContain("before", await again.ReadUntilAsync("after", Cancelled), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("null")]
    [InlineData("https://evil.example")]
    [InlineData("web upper")]
    [InlineData("web other port")]
    [InlineData("web https")]
    [InlineData("sibling")]
    [InlineData("own")]
    public async Task A_page_of_any_other_origin_gets_no_socket(string which)
    {
        var (client, ada, alan) = await stack.StartAsync();
        var origin = which switch
        {
            "web upper" => client.WebOrigin.ToUpperInvariant(),
            "web other port" => "http://localhost:1",
            "web https" => "https" + client.WebOrigin["http".Length..],
            "sibling" => client.ReplOrigin(alan.Id),
            "own" => client.ReplOrigin(ada.Id),
            _ => which,
        };
        var token = $"Sec-WebSocket-Protocol: devex.v1, token.{ada.Session.Welcome.Token}";
        // Whatever a client says of itself by a proxy's headers changes nothing.
        var (socket, status) = await client.ConnectAsync(
            client.ReplOrigin(ada.Id) + "/session", token, $"Origin: {origin}", $"X-Forwarded-Host: {new Uri(client.WebOrigin).Authority}",
            $"Forwarded: host={new Uri(client.WebOrigin).Authority};proto=http");
        socket?.Dispose();
        Assert.Equal(HttpStatusCode.Forbidden, status);
    }

    [Fact]
    public async Task A_token_that_is_no_longer_known_is_told_to_the_page_by_4401()
    {
        var (client, ada, _) = await stack.StartAsync();
        var (socket, status) = await ada.Runner.TryOpenSocketAsync("/session", SessionProtocol.TokenPrefix + new string('A', 43), client.WebOrigin, Cancelled);
        Assert.Equal(HttpStatusCode.SwitchingProtocols, status);
        using (socket)
        {
            Assert.Equal(WebSocketMessageType.Close, (await socket!.ReceiveAsync(new byte[16].AsMemory(), Cancelled)).MessageType);
            Assert.Equal(4401, (int?)socket.CloseStatus);
        }
    }

    [Fact]
    public async Task The_ticket_of_one_repl_opens_no_other_and_works_once()
    {
        var (client, ada, alan) = await stack.StartAsync();
        var ticket = await client.AskCoreAsync<SessionTicket>(HttpMethod.Post, $"/api/repls/{ada.Id}/tickets", ada.User);
        var credential = SessionProtocol.TicketPrefix + ticket.Ticket;
        Assert.Equal(HttpStatusCode.Forbidden, await RefusalAsync(alan));
        using (var first = await ada.Runner.OpenSocketAsync("/session", credential, client.WebOrigin, Cancelled))
            Assert.Equal(WebSocketMessageType.Text, (await first.ReceiveAsync(new byte[1 << 16].AsMemory(), Cancelled)).MessageType);
        Assert.Equal(HttpStatusCode.Forbidden, await RefusalAsync(ada));

        async Task<HttpStatusCode> RefusalAsync(RunningRepl repl)
        {
            var (socket, status) = await repl.Runner.TryOpenSocketAsync("/session", credential, client.WebOrigin, Cancelled);
            socket?.Dispose();
            return status;
        }
    }

    [Theory]
    [InlineData("/control")]
    [InlineData("/status")]
    [InlineData("/Ports/3000")]
    [InlineData("/ports/3000")]
    [InlineData("/%70orts/3000")]
    [InlineData("//ports/3000")]
    [InlineData("/x/../ports/3000")]
    [InlineData("/ports%2f3000")]
    [InlineData("/ports/80@evil")]
    [InlineData("/ports/65536")]
    [InlineData("/internal/gateway/keys")]
    public async Task What_parts_say_to_each_other_does_not_exist_from_outside(string path)
    {
        var (client, ada, _) = await stack.StartAsync();
        var answer = await client.SendRawAsync(
            $"GET {path} HTTP/1.1\r\nHost: {new Uri(client.ReplOrigin(ada.Id)).Authority}\r\nUpgrade: devex-tunnel\r\nConnection: Upgrade, close\r\n\r\n");
        Assert.StartsWith("HTTP/1.1 404", answer, StringComparison.Ordinal);
    }
}
