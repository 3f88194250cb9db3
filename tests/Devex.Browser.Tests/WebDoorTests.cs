using System.Net;
using System.Net.WebSockets;
using Xunit;

namespace Devex.Browser.Tests;

/// <summary>Web's own door, asked by programs: what no browser would send, and what a page of another site would make one send.</summary>
public sealed class WebDoorTests(Product product)
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("evil.example")]
    [InlineData("localhost.evil.example")]
    [InlineData("core.evil.example")]
    [InlineData("0123456789ab.repl.localhost")]
    public async Task A_name_that_is_not_ours_reaches_nothing(string host)
    {
        using var client = Client();
        foreach (var path in (string[])["/", "/signin", "/app.css", "/_blazor", "/_framework/blazor.web.js", "/api/me", "/auth/session", "/docs"])
        {
            using var answer = await GetAsync(client, path, host);
            Assert.Equal((path, HttpStatusCode.MisdirectedRequest), (path, answer.StatusCode));
        }
        using var health = await GetAsync(client, "/health", host);
        Assert.Equal(HttpStatusCode.OK, health.StatusCode);
    }

    [Theory]
    [InlineData("https://evil.example")]
    [InlineData("null")]
    [InlineData("web upper")]
    [InlineData("web https")]
    [InlineData("http://localhost")]
    [InlineData("http://localhost:1")]
    [InlineData("http://0123456789ab.repl.localhost:8081")]
    [InlineData("none")]
    public async Task No_page_of_another_origin_opens_a_circuit_or_events(string which)
    {
        var own = product.Web.GetLeftPart(UriPartial.Authority);
        var origin = which switch { "none" => null, "web upper" => own.ToUpperInvariant(), "web https" => "https" + own["http".Length..], _ => which };
        foreach (var path in (string[])["/_blazor", "/_blazor/", "/_BLAZOR", "/_blazor/negotiate", "/api/events"])
        {
            var status = await ConnectAsync(path, origin);
            // Events say first that nobody is signed in.
            Assert.Contains(status, path == "/api/events" ? [HttpStatusCode.Unauthorized, HttpStatusCode.Forbidden] : (HttpStatusCode[])[HttpStatusCode.Forbidden]);
        }
    }

    [Fact]
    public async Task Our_own_page_opens_a_circuit() =>
        Assert.Equal(HttpStatusCode.SwitchingProtocols, await ConnectAsync("/_blazor", product.Web.GetLeftPart(UriPartial.Authority)));

    [Theory]
    [InlineData("/")]
    [InlineData("/templates")]
    [InlineData("/trash")]
    [InlineData("/shared")]
    [InlineData("/account")]
    [InlineData("/r/0123456789ab")]
    [InlineData("/r/0123456789ab/files")]
    [InlineData("/r/0123456789ab/history")]
    [InlineData("/preview/0123456789ab/3000")]
    public async Task Without_credentials_a_page_leads_to_the_sign_in_and_says_nothing(string path)
    {
        using var client = Client();
        using var page = await client.GetAsync(new Uri(path, UriKind.Relative), Cancelled);
        Assert.Equal((HttpStatusCode.Found, "/signin"), (page.StatusCode, page.Headers.Location!.AbsolutePath));
        Assert.Empty(await page.Content.ReadAsByteArrayAsync(Cancelled));
        foreach (var method in (HttpMethod[])[HttpMethod.Head, HttpMethod.Options, HttpMethod.Post, HttpMethod.Put])
        {
            using var request = new HttpRequestMessage(method, path);
            using var answer = await client.SendAsync(request, Cancelled);
            Assert.True((int)answer.StatusCode is 302 or 400 or 404 or 405, $"{method} {path}: {answer.StatusCode}");
        }
    }

    private static Task<HttpResponseMessage> GetAsync(HttpClient client, string path, string host)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.Host = host;
        return client.SendAsync(request, Cancelled);
    }

    private HttpClient Client() => new(new SocketsHttpHandler { UseCookies = false, AllowAutoRedirect = false, UseProxy = false }) { BaseAddress = product.Web };

    /// <summary>Asks for a WebSocket, with what a proxy could say of the origin; answers how that went.</summary>
    private async Task<HttpStatusCode> ConnectAsync(string path, string? origin)
    {
        using var socket = new ClientWebSocket();
        socket.Options.CollectHttpResponseDetails = true;
        socket.Options.SetRequestHeader("X-Forwarded-Host", product.Web.Authority);
        socket.Options.SetRequestHeader("Forwarded", $"host={product.Web.Authority};proto=http");
        if (origin is not null)
            socket.Options.SetRequestHeader("Origin", origin);
        try
        {
            await socket.ConnectAsync(new UriBuilder(product.Web) { Scheme = "ws", Path = path }.Uri, Cancelled);
        }
        catch (WebSocketException)
        {
            // The status says it.
        }
        return socket.HttpStatusCode;
    }
}
