using System.Net;
using System.Net.Http.Json;
using Devex.Contracts;
using Devex.Contracts.Api;
using Devex.Contracts.Gateway;
using Devex.Contracts.Tokens;
using Devex.Core.Keys;
using Devex.Core.Tests.Fixtures;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Devex.Core.Tests.Gateway;

[Trait("Tier", "integration")]
public sealed class GatewayTests(Stores stores)
{
    [Fact]
    public async Task The_Gateway_learns_keys_and_where_a_session_is()
    {
        await using var core = await CoreHost.StartAsync(stores, bucket: "gateway");
        using var ada = await Browser.SignedInAsync(core);
        using var gateway = Client(core);
        var repl = await ada.CreateAsync();
        using var none = await gateway.GetAsync($"/internal/gateway/sessions/{repl.Id}");
        Assert.Equal(HttpStatusCode.NotFound, none.StatusCode);
        (await ada.SendAsync(HttpMethod.Post, $"/api/repls/{repl.Id}/start")).Dispose();
        var location = await gateway.GetFromJsonAsync($"/internal/gateway/sessions/{repl.Id}", ApiJson.Default.SessionLocation);
        Assert.Equal(("unix:/run/serve", "local-ada"), (location!.Address, location.Owner.ToString()));
        var keys = await gateway.GetFromJsonAsync("/internal/gateway/keys", ApiJson.Default.PublicKeys);
        Assert.Equal(core.Services.GetRequiredService<CoreKeys>().TicketPublicKey, Assert.Single(keys!.Keys));
    }

    [Fact]
    public async Task A_preview_code_works_once_and_for_its_preview_alone()
    {
        await using var core = await CoreHost.StartAsync(stores, bucket: "gateway");
        await using var other = await CoreHost.StartAsync(stores, bucket: "gateway");
        using var ada = await Browser.SignedInAsync(core);
        using var gateway = Client(other);
        var repl = await ada.CreateAsync();

        var code = await CodeAsync(ada, repl.Id);
        Assert.Equal($"http://3000-{repl.Id}.preview.localhost:8081/.devex/enter", code.Url);
        using var redeemed = await RedeemAsync(gateway, code.Code, repl.Id, 3000);
        var cookie = (await redeemed.Content.ReadFromJsonAsync(ApiJson.Default.PreviewSignIn))!.Cookie;
        var claims = await core.Services.GetRequiredService<TokenSigner>().VerifyAsync(cookie, Audiences.Preview);
        Assert.Equal(repl.Id.ToString(), claims!.FindFirst("repl")!.Value);
        Assert.Equal("3000", claims.FindFirst("port")!.Value);
        using var again = await RedeemAsync(gateway, code.Code, repl.Id, 3000);
        Assert.Equal(HttpStatusCode.Forbidden, again.StatusCode);

        using var wrongPort = await RedeemAsync(gateway, (await CodeAsync(ada, repl.Id)).Code, repl.Id, 3001);
        Assert.Equal(HttpStatusCode.Forbidden, wrongPort.StatusCode);
        using var wrongRepl = await RedeemAsync(gateway, (await CodeAsync(ada, repl.Id)).Code, ReplId.New(), 3000);
        Assert.Equal(HttpStatusCode.Forbidden, wrongRepl.StatusCode);

        var late = await CodeAsync(ada, repl.Id);
        (await ada.SendAsync(HttpMethod.Delete, $"/api/repls/{repl.Id}")).Dispose();
        using var deleted = await RedeemAsync(gateway, late.Code, repl.Id, 3000);
        Assert.Equal(HttpStatusCode.Forbidden, deleted.StatusCode);
    }

    [Theory]
    [InlineData("80@evil")]
    [InlineData("8080.evil.tld")]
    [InlineData("0x50")]
    [InlineData("-1")]
    [InlineData("0")]
    [InlineData("080")]
    [InlineData("65536")]
    [InlineData("٣٠٠٠")]
    [InlineData("%2f")]
    public async Task What_is_no_port_gets_400(string port)
    {
        await using var core = await CoreHost.StartAsync(stores, bucket: "gateway");
        using var ada = await Browser.SignedInAsync(core);
        using var answer = await ada.SendAsync(HttpMethod.Post, $"/api/repls/0123456789ab/previews/{Uri.EscapeDataString(port)}/codes");
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
    }

    private static async Task<PreviewCode> CodeAsync(Browser browser, ReplId id)
    {
        using var answer = await browser.SendAsync(HttpMethod.Post, $"/api/repls/{id}/previews/3000/codes");
        return (await answer.Content.ReadFromJsonAsync(ApiJson.Default.PreviewCode))!;
    }

    private static Task<HttpResponseMessage> RedeemAsync(HttpClient gateway, string code, ReplId id, int port) =>
        gateway.PostAsJsonAsync("/internal/gateway/previews", new RedeemPreviewCode(code, id, port));

    private static HttpClient Client(CoreHost core)
    {
        var client = core.Client();
        client.DefaultRequestHeaders.Add("Authorization", "Bearer " + Assertions.Gateway());
        return client;
    }
}
