using System.Net;
using System.Net.WebSockets;
using System.Security.Cryptography;
using System.Text;
using Devex.Gateway.Tests.Fixtures;
using Xunit;

namespace Devex.Gateway.Tests.Previews;

/// <summary>From a browser to a user's program and back, through the Gateway and a real session's tunnel.</summary>
[Trait("Tier", "integration")]
public sealed class PreviewForwardingTests(Stack stack)
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_program_is_visited_as_localhost_and_without_anything_of_ours()
    {
        var (client, ada, _) = await stack.StartAsync();
        var cookie = await ada.SignInAsync();
        var mirror = await MirrorAsync(client, ada.Preview + "/page?x-seen=1",
            cookie + "; sid=own; __Host-devex=stolen", "Authorization: Bearer dvx_secret", $"Origin: {ada.Preview}", $"Referer: {ada.Preview}/before",
            "X-Forwarded-For: 10.0.0.1", "Forwarded: for=10.0.0.1", "X-Real-IP: 10.0.0.1", "Devex-Peer: 10.0.0.1");
        Assert.Equal("local-ada", mirror.Name);
        Assert.Equal("localhost:3000", mirror.Header("host"));
        Assert.Equal("sid=own", mirror.Header("cookie"));
        Assert.Null(mirror.Header("authorization"));
        Assert.Equal("http://localhost:3000", mirror.Header("origin"));
        Assert.Equal("http://localhost:3000/before", mirror.Header("referer"));
        Assert.Equal("/page?x-seen=1", mirror.Url);
        Assert.Equal(new Uri(ada.Preview).Authority, mirror.Header("x-forwarded-host"));
        Assert.Equal("http", mirror.Header("x-forwarded-proto"));
        Assert.DoesNotContain(mirror.Headers, header => header.Key is "forwarded" or "x-forwarded-for" or "x-real-ip" or "devex-peer");
    }

    [Fact]
    public async Task The_programs_own_authorization_reaches_it()
    {
        var (client, ada, _) = await stack.StartAsync();
        var mirror = await MirrorAsync(client, ada.Preview, await ada.SignInAsync(), "Authorization: Bearer its-own");
        Assert.Equal("Bearer its-own", mirror.Header("authorization"));
    }

    [Fact]
    public async Task Cookies_in_our_name_or_for_other_repls_never_reach_the_browser()
    {
        var (client, ada, _) = await stack.StartAsync();
        var query = string.Join('&', ((string[])
        [
            "sid=1; Path=/; HttpOnly", "__Host-devex-preview=forged; Path=/; Secure", "__host-devex=forged; Path=/; Secure",
            "wide=1; Domain=preview.localhost", "wider=1; Domain=.localhost", $"own=1; Domain={new Uri(ada.Preview).Host}",
        ]).Select(value => "Set-Cookie=" + Uri.EscapeDataString(value)));
        using var answer = await client.GetAsync($"{ada.Preview}/?{query}", await ada.SignInAsync());
        Assert.Equal(["sid=1; Path=/; HttpOnly", $"own=1; Domain={new Uri(ada.Preview).Host}"], answer.Headers.GetValues("Set-Cookie"));
    }

    [Theory]
    [InlineData("http://localhost:3000/next?a=b", "{preview}/next?a=b")]
    [InlineData("http://127.0.0.1:3000/", "{preview}/")]
    [InlineData("/relative", "/relative")]
    [InlineData("http://169.254.169.254/latest/meta-data", "http://169.254.169.254/latest/meta-data")]
    [InlineData("http://localhost:7070/control", "http://localhost:7070/control")]
    public async Task A_redirect_is_handed_to_the_browser_and_never_followed(string location, string seen)
    {
        var (client, ada, _) = await stack.StartAsync();
        using var answer = await client.GetAsync($"{ada.Preview}/?status=302&Location={Uri.EscapeDataString(location)}", await ada.SignInAsync());
        Assert.Equal(HttpStatusCode.Found, answer.StatusCode);
        Assert.Equal(seen.Replace("{preview}", ada.Preview, StringComparison.Ordinal), answer.Headers.GetValues("Location").Single());
    }

    [Fact]
    public async Task Who_may_frame_a_page_is_for_the_ide_to_say()
    {
        var (client, ada, _) = await stack.StartAsync();
        using var answer = await client.GetAsync(
            $"{ada.Preview}/?Content-Type=text/html&X-Frame-Options=DENY&Content-Security-Policy={Uri.EscapeDataString("img-src *; frame-ancestors 'none'")}", await ada.SignInAsync());
        Assert.False(answer.Headers.Contains("X-Frame-Options"));
        Assert.Equal($"img-src *; frame-ancestors 'self' {client.WebOrigin}", answer.Headers.GetValues("Content-Security-Policy").Single());
    }

    [Theory]
    [InlineData("GET", "navigate", "cross-site", null, true)]
    [InlineData("POST", "navigate", "cross-site", "https://evil.example", false)]
    [InlineData("GET", "no-cors", "cross-site", null, false)]
    [InlineData("POST", "cors", "same-site", "sibling repl", false)]
    [InlineData("POST", "cors", "same-site", "sibling port", true)]
    [InlineData("POST", "cors", "cross-site", "web", false)]
    [InlineData("POST", "cors", "same-site", "null", false)]
    [InlineData("POST", "cors", "same-origin", "own", true)]
    [InlineData("DELETE", "cors", "same-site", null, false)]
    public async Task What_another_site_makes_a_browser_ask_never_reaches_the_program(string method, string mode, string site, string? origin, bool reaches)
    {
        var (client, ada, alan) = await stack.StartAsync();
        List<string> headers = [await ada.SignInAsync(), $"Sec-Fetch-Mode: {mode}", $"Sec-Fetch-Site: {site}"];
        if (origin is not null)
        {
            headers.Add("Origin: " + origin switch
            {
                "sibling repl" => alan.Preview,
                "sibling port" => client.PreviewOrigin(ada.Id, 5000),
                "web" => client.WebOrigin,
                "own" => ada.Preview,
                _ => origin,
            });
        }
        using var answer = await client.SendAsync(new HttpMethod(method), ada.Preview, null, [.. headers]);
        Assert.Equal(reaches ? HttpStatusCode.OK : HttpStatusCode.Forbidden, answer.StatusCode);
        Assert.Equal(reaches, (await answer.Content.ReadAsStringAsync(Cancelled)).Contains("local-ada", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_websocket_of_the_program_keeps_its_messages_and_its_close_code()
    {
        var (client, ada, _) = await stack.StartAsync();
        var (socket, status) = await client.ConnectAsync(ada.Preview + "/live", await ada.SignInAsync() + "; sid=own", $"Origin: {ada.Preview}");
        Assert.Equal(HttpStatusCode.SwitchingProtocols, status);
        using (socket)
        {
            var buffer = new byte[1 << 16];
            var received = await socket!.ReceiveAsync(buffer.AsMemory(), Cancelled);
            var mirror = Mirror.Parse(Encoding.UTF8.GetString(buffer, 0, received.Count));
            Assert.Equal(("localhost:3000", "http://localhost:3000", "sid=own"), (mirror.Header("host"), mirror.Header("origin"), mirror.Header("cookie")));
            Assert.Equal(WebSocketMessageType.Close, (await socket.ReceiveAsync(buffer.AsMemory(), Cancelled)).MessageType);
            Assert.Equal((4321, "done"), ((int)socket.CloseStatus!.Value, socket.CloseStatusDescription));
        }
    }

    [Theory]
    [InlineData(null)]
    [InlineData("null")]
    [InlineData("https://evil.example")]
    [InlineData("sibling")]
    [InlineData("web")]
    public async Task A_websocket_from_any_other_page_is_refused(string? origin)
    {
        var (client, ada, _) = await stack.StartAsync();
        List<string> headers = [await ada.SignInAsync()];
        if (origin is not null)
            headers.Add("Origin: " + origin switch { "sibling" => client.PreviewOrigin(ada.Id, 5000), "web" => client.WebOrigin, _ => origin });
        var (socket, status) = await client.ConnectAsync(ada.Preview, [.. headers]);
        socket?.Dispose();
        Assert.Equal(HttpStatusCode.Forbidden, status);
    }

    [Fact]
    public async Task Two_repls_on_one_port_never_share_a_connection()
    {
        var (client, ada, alan) = await stack.StartAsync();
        var visits = new[] { (Repl: ada, Cookie: await ada.SignInAsync()), (Repl: alan, Cookie: await alan.SignInAsync()) };
        var connections = new HashSet<(string, int)>();
        const int rounds = 12;
        for (var round = 0; round < rounds; round++)
        {
            foreach (var (repl, cookie) in visits)
            {
                var mirror = await MirrorAsync(client, repl.Preview, cookie);
                Assert.Equal(repl.User, mirror.Name);
                connections.Add((mirror.Name, mirror.Connection));
            }
        }
        // Without any pooling the test would prove nothing.
        Assert.InRange(connections.Count, 2, (2 * rounds) - 1);

        var names = await Task.WhenAll(Enumerable.Range(0, 20).Select(async i =>
        {
            var (repl, cookie) = visits[i % 2];
            return (repl.User, (await MirrorAsync(client, repl.Preview, cookie)).Name);
        }));
        Assert.All(names, pair => Assert.Equal(pair.User, pair.Name));
    }

    [Fact]
    public async Task A_large_upload_arrives_unchanged()
    {
        var (client, ada, _) = await stack.StartAsync();
        var body = RandomNumberGenerator.GetBytes(5_000_000);
        using var answer = await client.SendAsync(HttpMethod.Post, ada.Preview, new ByteArrayContent(body), await ada.SignInAsync());
        var mirror = Mirror.Parse(await answer.Content.ReadAsStringAsync(Cancelled));
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(body)), mirror.BodyHash);
    }

    [Fact]
    public async Task A_port_on_which_nothing_listens_says_so_and_tries_again()
    {
        var (client, ada, _) = await stack.StartAsync();
        var cookie = await ada.SignInAsync(3999);
        using var page = await client.GetAsync(client.PreviewOrigin(ada.Id, 3999), cookie, "Sec-Fetch-Mode: navigate", "Sec-Fetch-Site: none");
        Assert.Equal(HttpStatusCode.BadGateway, page.StatusCode);
        Assert.Equal("2", page.Headers.GetValues("Refresh").Single());
        Assert.Contains("Nothing listens on port 3999", await page.Content.ReadAsStringAsync(Cancelled), StringComparison.Ordinal);
        using var part = await client.GetAsync(client.PreviewOrigin(ada.Id, 3999), cookie, "Sec-Fetch-Mode: cors", "Sec-Fetch-Site: same-origin");
        Assert.Equal(HttpStatusCode.BadGateway, part.StatusCode);
        Assert.Equal("application/problem+json", part.Content.Headers.ContentType!.MediaType);
    }

    private static async Task<Mirror> MirrorAsync(GatewayClient client, string url, params string[] headers)
    {
        using var answer = await client.GetAsync(url, headers);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        return Mirror.Parse(await answer.Content.ReadAsStringAsync(Cancelled));
    }
}
