using Devex.Contracts;
using Devex.Gateway.Previews;
using Devex.ServiceDefaults.Hosts;
using Microsoft.AspNetCore.Http;
using Xunit;

namespace Devex.Gateway.Tests.Previews;

public sealed class PreviewRulesTests
{
    private static readonly HostsOptions Hosts = new();
    private static readonly ReplId Repl = ReplId.Parse("abcdefghjkmn");
    private static readonly string Own = Hosts.PreviewOrigin(Repl.ToString(), 3000);

    [Theory]
    [InlineData("GET", "navigate", "cross-site", null, false)]
    [InlineData("POST", "navigate", "cross-site", "https://evil.example", true)]
    [InlineData("GET", "no-cors", "cross-site", null, true)]
    [InlineData("POST", "cors", "same-site", "http://3000-zzzzzzzzzzzz.preview.localhost:8081", true)]
    [InlineData("POST", "cors", "same-site", "http://5000-abcdefghjkmn.preview.localhost:8081", false)]
    [InlineData("POST", "cors", "same-site", "http://5000-ABCDEFGHJKMN.preview.localhost:8081", true)]
    [InlineData("POST", "cors", "same-site", "http://5000-abcdefghjkmn.preview.localhost:9", true)]
    [InlineData("POST", "cors", "same-site", "null", true)]
    [InlineData("POST", "cors", "same-origin", null, false)]
    [InlineData("GET", "navigate", "none", null, false)]
    [InlineData("DELETE", null, null, null, false)]
    public void What_another_site_makes_a_browser_ask_is_refused(string method, string? mode, string? site, string? origin, bool forged) =>
        Assert.Equal(forged, PreviewRules.IsForged(Request(method, mode, site, origin), Hosts, Repl, Own, isWebSocket: false));

    [Theory]
    [InlineData("http://3000-abcdefghjkmn.preview.localhost:8081", false)]
    [InlineData("http://5000-abcdefghjkmn.preview.localhost:8081", true)]
    [InlineData("http://3000-abcdefghjkmn.preview.localhost", true)]
    [InlineData("HTTP://3000-abcdefghjkmn.preview.localhost:8081", true)]
    [InlineData("null", true)]
    [InlineData(null, true)]
    public void A_websocket_needs_the_previews_own_origin(string? origin, bool forged) =>
        Assert.Equal(forged, PreviewRules.IsForged(Request("GET", "websocket", "same-origin", origin), Hosts, Repl, Own, isWebSocket: true));

    [Theory]
    [InlineData("/page?x=1", "/page?x=1")]
    [InlineData("//evil.example", "/")]
    [InlineData("/\\evil.example", "/")]
    [InlineData("https://evil.example", "/")]
    [InlineData("/a\r\nSet-Cookie: x", "/")]
    [InlineData("", "/")]
    [InlineData(null, "/")]
    public void Entering_leads_to_this_host_only(string? path, string target) => Assert.Equal(target, PreviewEntrance.Target(path));

    [Fact]
    public void The_cookie_lives_in_a_frame_of_the_ide_and_nowhere_else_across_sites() =>
        Assert.Equal(
            "__Host-devex-preview=v; Path=/; Secure; HttpOnly; SameSite=None; Partitioned; Expires=Sun, 02 Mar 2025 10:00:00 GMT",
            PreviewCookie.SetCookie("v", new DateTimeOffset(2025, 3, 2, 10, 0, 0, TimeSpan.Zero)));

    private static HttpRequest Request(string method, string? mode, string? site, string? origin)
    {
        var request = new DefaultHttpContext().Request;
        request.Method = method;
        if (mode is not null) request.Headers["Sec-Fetch-Mode"] = mode;
        if (site is not null) request.Headers["Sec-Fetch-Site"] = site;
        if (origin is not null) request.Headers.Origin = origin;
        return request;
    }
}
