using System.Net;
using System.Net.Http.Json;
using Devex.Contracts.Api;
using Devex.Core.Tests.Fixtures;
using Xunit;

namespace Devex.Core.Tests.Identity;

[Trait("Tier", "integration")]
public sealed class CrossSiteTests(Stores stores)
{
    [Theory]
    [InlineData("same-origin", true, HttpStatusCode.Created)]
    [InlineData(null, true, HttpStatusCode.Created)]
    [InlineData("same-origin", false, HttpStatusCode.Forbidden)]
    [InlineData(null, false, HttpStatusCode.Forbidden)]
    [InlineData("cross-site", true, HttpStatusCode.Forbidden)]
    [InlineData("same-site", true, HttpStatusCode.Forbidden)]
    [InlineData("none", true, HttpStatusCode.Forbidden)]
    public async Task A_change_by_cookie_needs_our_page_and_its_token(string? site, bool withToken, HttpStatusCode expected)
    {
        await using var core = await CoreHost.StartAsync(stores, bucket: "cross-site");
        using var ada = await Browser.SignedInAsync(core);
        var headers = new Dictionary<string, string?> { ["Sec-Fetch-Site"] = site };
        if (!withToken)
            headers["X-Devex-Antiforgery"] = null;
        using var answer = await ada.SendAsync(HttpMethod.Post, "/api/repls", JsonContent.Create(new CreateRepl(null, "node")), headers);
        Assert.Equal(expected, answer.StatusCode);
    }

    [Fact]
    public async Task The_token_of_another_user_does_not_count()
    {
        await using var core = await CoreHost.StartAsync(stores, bucket: "cross-site");
        using var grace = await Browser.SignedInAsync(core, "grace");
        using var token = await grace.SendAsync(HttpMethod.Get, "/api/antiforgery");
        var stolen = (await token.Content.ReadFromJsonAsync(ApiJson.Default.AntiforgeryToken))!.Token;
        using var ada = await Browser.SignedInAsync(core);
        using var answer = await ada.SendAsync(
            HttpMethod.Post, "/api/repls", JsonContent.Create(new CreateRepl(null, "node")),
            new Dictionary<string, string?> { ["X-Devex-Antiforgery"] = stolen });
        Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
        Assert.Contains("; secure", grace.SetCookies["__Host-devex-antiforgery"], StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task A_bearer_that_is_not_valid_never_falls_back_to_the_cookie()
    {
        await using var core = await CoreHost.StartAsync(stores, bucket: "cross-site");
        using var ada = await Browser.SignedInAsync(core);
        foreach (var bearer in new[] { "Bearer dvx_wrong", "Bearer x.y.z", "Basic YTpi" })
        {
            using var answer = await ada.SendAsync(HttpMethod.Get, "/api/me", headers: new Dictionary<string, string?> { ["Authorization"] = bearer });
            Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
        }
    }
}
