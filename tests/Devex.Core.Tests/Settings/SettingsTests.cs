using System.Net;
using System.Net.Http.Json;
using System.Text;
using Devex.Contracts.Api;
using Devex.Core.Tests.Fixtures;
using Xunit;

namespace Devex.Core.Tests.Settings;

[Trait("Tier", "integration")]
public sealed class SettingsTests(Stores stores)
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Settings_are_a_persons_own_on_every_machine()
    {
        await using var core = await CoreHost.StartAsync(stores, bucket: "settings");
        using var ada = await Browser.SignedInAsync(core);
        using var elsewhere = await Browser.SignedInAsync(core);
        using var grace = await Browser.SignedInAsync(core, "grace");
        Assert.Equal(new UserSettings(), await ReadAsync(ada));
        var wanted = new UserSettings(16, 4, true, false, EditorKeys.Vim, ThemeChoice.System, true);
        Assert.Equal(HttpStatusCode.OK, await WriteAsync(ada, JsonContent.Create(wanted, ApiJson.Default.UserSettings)));
        Assert.Equal(wanted, await ReadAsync(elsewhere));
        Assert.Equal(new UserSettings(), await ReadAsync(grace));
    }

    [Theory]
    [InlineData("""{"fontSize":8}""")]
    [InlineData("""{"fontSize":33}""")]
    [InlineData("""{"tabSize":0}""")]
    [InlineData("""{"tabSize":9}""")]
    [InlineData("""{"keys":"nano"}""")]
    [InlineData("""{"theme":"pink"}""")]
    [InlineData("""{"theme":7}""")]
    public async Task What_cannot_be_is_refused(string body)
    {
        await using var core = await CoreHost.StartAsync(stores, bucket: "settings-refused");
        using var ada = await Browser.SignedInAsync(core);
        Assert.Equal(HttpStatusCode.BadRequest, await WriteAsync(ada, new StringContent(body, Encoding.UTF8, "application/json")));
        Assert.Equal(new UserSettings(), await ReadAsync(ada));
    }

    private static async Task<UserSettings> ReadAsync(Browser browser)
    {
        using var answer = await browser.SendAsync(HttpMethod.Get, "/api/me/settings");
        return (await answer.Content.ReadFromJsonAsync(ApiJson.Default.UserSettings, Cancelled))!;
    }

    private static async Task<HttpStatusCode> WriteAsync(Browser browser, HttpContent content)
    {
        using var answer = await browser.SendAsync(HttpMethod.Put, "/api/me/settings", content);
        return answer.StatusCode;
    }
}
