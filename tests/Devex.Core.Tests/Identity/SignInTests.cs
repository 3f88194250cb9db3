using System.Net;
using System.Net.Http.Json;
using Devex.Contracts.Api;
using Devex.Core.Tests.Fixtures;
using Xunit;

namespace Devex.Core.Tests.Identity;

[Trait("Tier", "integration")]
public sealed class SignInTests(Stores stores)
{
    [Fact]
    public async Task A_local_identity_gets_a_host_only_secure_cookie_and_goes_where_it_was_going()
    {
        await using var core = await CoreHost.StartAsync(stores);
        using var browser = new Browser(core);
        using var answer = await browser.SignInAsync("ada", "/r/0123456789ab");
        Assert.Equal((HttpStatusCode.SeeOther, "/r/0123456789ab"), (answer.StatusCode, answer.Headers.Location!.ToString()));
        var cookie = browser.SetCookies["__Host-devex"];
        Assert.Contains("; secure", cookie, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("; httponly", cookie, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("; samesite=lax", cookie, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("; path=/;", cookie, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("domain", cookie, StringComparison.OrdinalIgnoreCase);

        using var me = await browser.SendAsync(HttpMethod.Get, "/api/me");
        var user = (await me.Content.ReadFromJsonAsync(ApiJson.Default.Me))!.User;
        Assert.Equal(("local-ada", "Ada"), (user.Id.ToString(), user.Name));
        Assert.Equal("local-ada", (await SessionAsync(browser)).User!.Id.ToString());
    }

    [Fact]
    public async Task A_return_address_elsewhere_is_ignored()
    {
        await using var core = await CoreHost.StartAsync(stores);
        using var browser = new Browser(core);
        using var answer = await browser.SignInAsync("ada", "//evil.example");
        Assert.Equal("/", answer.Headers.Location!.ToString());
    }

    [Fact]
    public async Task Local_identities_are_offered_to_loopback_peers_only()
    {
        await using var core = await CoreHost.StartAsync(stores);
        using var browser = new Browser(core) { Peer = "192.0.2.7" };
        Assert.Empty((await SessionAsync(browser)).Local);
        using var refused = await browser.SignInAsync("ada");
        Assert.Equal(HttpStatusCode.NotFound, refused.StatusCode);
        browser.Peer = "::1";
        Assert.Contains("ada", (await SessionAsync(browser)).Local);
    }

    [Fact]
    public async Task A_forwarded_header_makes_nobody_a_loopback_peer()
    {
        await using var core = await CoreHost.StartAsync(stores);
        using var browser = new Browser(core) { Peer = "192.0.2.7" };
        using var answer = await browser.SendAsync(
            HttpMethod.Get, "/auth/session", headers: new Dictionary<string, string?> { ["X-Forwarded-For"] = "127.0.0.1", ["Forwarded"] = "for=127.0.0.1" });
        Assert.Empty((await answer.Content.ReadFromJsonAsync(ApiJson.Default.SignInState))!.Local);
    }

    [Theory]
    [InlineData("GET", "/auth/session")]
    [InlineData("GET", "/auth/github")]
    [InlineData("GET", "/auth/github/callback?code=a&state=b")]
    [InlineData("POST", "/auth/local")]
    [InlineData("POST", "/auth/signout")]
    public async Task Sign_in_is_reached_through_Web_alone(string method, string path)
    {
        await using var core = await CoreHost.StartAsync(stores, settings: GitHubDouble.SomeSettings);
        using var client = core.Client();
        foreach (var assertion in new[] { null, "nonsense", Assertions.User("local-ada"), Assertions.Gateway() })
        {
            using var request = new HttpRequestMessage(new HttpMethod(method), path);
            if (assertion is not null)
                request.Headers.Add("Devex-Peer", assertion);
            using var answer = await client.SendAsync(request);
            Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
        }
    }

    [Fact]
    public async Task With_an_OAuth_client_there_are_no_local_identities()
    {
        await using var core = await CoreHost.StartAsync(stores, settings: GitHubDouble.SomeSettings);
        using var browser = new Browser(core);
        var offered = await SessionAsync(browser);
        Assert.True(offered.GitHub);
        Assert.Empty(offered.Local);
        using var refused = await browser.SignInAsync("ada");
        Assert.Equal(HttpStatusCode.NotFound, refused.StatusCode);
    }

    [Theory]
    [InlineData("cross-site", null)]
    [InlineData("same-site", null)]
    [InlineData(null, "http://evil.example")]
    [InlineData(null, "null")]
    [InlineData(null, null)]
    public async Task A_form_of_another_site_signs_nobody_in_or_out(string? site, string? origin)
    {
        await using var core = await CoreHost.StartAsync(stores);
        using var browser = await Browser.SignedInAsync(core);
        var headers = new Dictionary<string, string?> { ["Sec-Fetch-Site"] = site, ["Origin"] = origin };
        foreach (var path in new[] { "/auth/local", "/auth/signout" })
        {
            using var answer = await browser.SendAsync(
                HttpMethod.Post, path, new FormUrlEncodedContent(new Dictionary<string, string> { ["identity"] = "grace" }), headers);
            Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
        }
        Assert.Equal("local-ada", (await SessionAsync(browser)).User!.Id.ToString());
    }

    [Fact]
    public async Task Signing_out_ends_it()
    {
        await using var core = await CoreHost.StartAsync(stores);
        using var browser = await Browser.SignedInAsync(core);
        using var answer = await browser.SendAsync(HttpMethod.Post, "/auth/signout");
        Assert.Equal((HttpStatusCode.SeeOther, "/"), (answer.StatusCode, answer.Headers.Location!.ToString()));
        using var me = await browser.SendAsync(HttpMethod.Get, "/api/me");
        Assert.Equal(HttpStatusCode.Unauthorized, me.StatusCode);
    }

    [Fact]
    public async Task A_changed_allow_list_sends_everybody_through_sign_in_again()
    {
        await using var before = await CoreHost.StartAsync(stores, settings: new Dictionary<string, string?> { ["Auth:Allow"] = "*" });
        using var browser = await Browser.SignedInAsync(before, "margaret");
        await using var after = await CoreHost.StartAsync(stores, settings: new Dictionary<string, string?> { ["Auth:Allow"] = "grace" });
        using var client = after.Client();
        client.DefaultRequestHeaders.Add("Cookie", $"__Host-devex={browser.Cookies["__Host-devex"]}");
        using var byCookie = await client.GetAsync("/api/me");
        Assert.Equal(HttpStatusCode.Unauthorized, byCookie.StatusCode);
        client.DefaultRequestHeaders.Remove("Cookie");
        client.DefaultRequestHeaders.Add("Authorization", "Bearer " + Assertions.User("local-margaret"));
        using var byAssertion = await client.GetAsync("/api/me");
        Assert.Equal(HttpStatusCode.Unauthorized, byAssertion.StatusCode);
    }

    internal static async Task<SignInState> SessionAsync(Browser browser)
    {
        using var answer = await browser.SendAsync(HttpMethod.Get, "/auth/session");
        return (await answer.Content.ReadFromJsonAsync(ApiJson.Default.SignInState))!;
    }
}
