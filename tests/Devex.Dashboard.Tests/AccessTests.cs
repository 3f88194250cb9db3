using System.Net;
using System.Net.Sockets;

namespace Devex.Dashboard.Tests;

public sealed class AccessTests : IAsyncLifetime
{
    private static readonly CancellationToken Cancellation = TestContext.Current.CancellationToken;
    private DashboardUnderTest _dashboard = null!;

    public async ValueTask InitializeAsync() => _dashboard = await DashboardUnderTest.StartAsync();

    public ValueTask DisposeAsync() => _dashboard.DisposeAsync();

    [Fact]
    public async Task The_token_is_exchanged_for_a_cookie_that_opens_the_pages()
    {
        var login = await GetAsync($"/login?t={DashboardUnderTest.Token}");
        Assert.Equal(HttpStatusCode.SeeOther, login.StatusCode);
        Assert.Equal("/", login.Headers.Location?.OriginalString);
        var cookie = Assert.Single(login.Headers.GetValues("Set-Cookie"));
        Assert.Contains("httponly", cookie, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("samesite=lax", cookie, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain(DashboardUnderTest.Token, cookie, StringComparison.Ordinal);

        var page = await GetAsync("/console-file", cookie: cookie.Split(';')[0]);
        Assert.Equal(HttpStatusCode.OK, page.StatusCode);
        var policy = Assert.Single(page.Headers.GetValues("Content-Security-Policy"));
        Assert.Contains("default-src 'self'", policy, StringComparison.Ordinal);
        Assert.Contains("frame-ancestors 'none'", policy, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/login?t=wrong")]
    [InlineData("/login?t=a-toke")]
    public async Task A_wrong_token_gets_no_cookie(string address)
    {
        var login = await GetAsync(address);
        Assert.Equal("/login?refused", login.Headers.Location?.OriginalString);
        Assert.False(login.Headers.Contains("Set-Cookie"));
    }

    [Theory]
    [InlineData("/console-file")]
    [InlineData("/_blazor")]
    [InlineData("/_blazor/negotiate")]
    [InlineData("/parameters")]
    public async Task Without_the_cookie_nothing_is_shown(string path)
    {
        Assert.Equal(HttpStatusCode.Unauthorized, (await GetAsync(path)).StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, (await GetAsync(path, cookie: $"devex-dashboard-{_dashboard.Options.Port}=guess")).StatusCode);
        var browser = await GetAsync(path, accept: "text/html");
        Assert.Equal("/login", browser.Headers.Location?.OriginalString);
    }

    [Fact]
    public async Task A_foreign_name_is_misdirected_even_with_the_token()
    {
        foreach (var host in (string[])["evil.example", $"evil.example:{_dashboard.Options.Port}", "localhost", $"localhost.evil.example:{_dashboard.Options.Port}"])
        {
            Assert.Equal(HttpStatusCode.MisdirectedRequest, (await GetAsync($"/login?t={DashboardUnderTest.Token}", host: host)).StatusCode);
        }
    }

    [Fact]
    public async Task A_circuit_is_for_our_own_origin_alone()
    {
        var cookie = (await GetAsync($"/login?t={DashboardUnderTest.Token}")).Headers.GetValues("Set-Cookie").Single().Split(';')[0];
        var own = $"http://localhost:{_dashboard.Options.Port}";
        foreach (var origin in (string?[])[null, "null", "http://evil.example", "http://localhost:1", $"https://localhost:{_dashboard.Options.Port}", own.ToUpperInvariant()])
        {
            Assert.Equal(HttpStatusCode.Forbidden, (await GetAsync("/_blazor", cookie: cookie, origin: origin)).StatusCode);
        }

        Assert.NotEqual(HttpStatusCode.Forbidden, (await GetAsync("/_blazor", cookie: cookie, origin: own)).StatusCode);
    }

    [Fact]
    public async Task A_port_that_nobody_asked_for_and_somebody_has_by_now_is_left_for_another()
    {
        using var holder = new TcpListener(IPAddress.IPv6Loopback, 0);
        holder.Start();
        var taken = ((IPEndPoint)holder.LocalEndpoint).Port;
        await using var dashboard = await DashboardUnderTest.StartAsync($"--Dashboard:Port={taken}", "--Dashboard:OrAnotherPort=true");
        Assert.NotEqual(taken, dashboard.Options.Port);
        using var login = await dashboard.Http.GetAsync(new Uri("/login", UriKind.Relative), TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.OK, login.StatusCode);
        await Assert.ThrowsAsync<IOException>(() => DashboardUnderTest.StartAsync($"--Dashboard:Port={taken}"));
    }

    [Fact]
    public async Task The_collector_s_ports_show_no_page()
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, DashboardUnderTest.Otlp(_dashboard.Options.OtlpHttpPort, $"/login?t={DashboardUnderTest.Token}"));
        Assert.Equal(HttpStatusCode.Unauthorized, (await _dashboard.Http.SendAsync(request, Cancellation)).StatusCode);
    }

    private async Task<HttpResponseMessage> GetAsync(string path, string? cookie = null, string? host = null, string? origin = null, string? accept = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        foreach (var (name, value) in ((string, string?)[])[("Cookie", cookie), ("Host", host), ("Origin", origin), ("Accept", accept)])
        {
            if (value is not null)
            {
                request.Headers.TryAddWithoutValidation(name, value);
            }
        }

        return await _dashboard.Http.SendAsync(request, Cancellation);
    }
}
