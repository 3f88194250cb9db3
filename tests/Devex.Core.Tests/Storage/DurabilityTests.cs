using System.Net.Http.Json;
using Devex.Contracts.Api;
using Devex.Core.Tests.Fixtures;
using Xunit;

namespace Devex.Core.Tests.Storage;

[Trait("Tier", "integration")]
public sealed class DurabilityTests(Stores stores)
{
    [Fact]
    public async Task Storage_that_forgets_is_named_in_the_log_and_to_everybody()
    {
        await using var core = await CoreHost.StartAsync(stores, settings: new Dictionary<string, string?> { ["S3:Durable"] = "false" });
        Assert.Contains(core.Logged, line => line.Contains("NOT DURABLE", StringComparison.Ordinal));
        Assert.Contains("Not durable", await NoticeAsync(core), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Storage_that_keeps_is_not_worth_a_word()
    {
        await using var core = await CoreHost.StartAsync(stores);
        Assert.DoesNotContain(core.Logged, line => line.Contains("NOT DURABLE", StringComparison.Ordinal));
        Assert.DoesNotContain("durable", await NoticeAsync(core) ?? "", StringComparison.OrdinalIgnoreCase);
    }

    private static async Task<string?> NoticeAsync(CoreHost core)
    {
        using var browser = new Browser(core);
        using var signedIn = await browser.SignInAsync("ada", "/");
        using var me = await browser.SendAsync(HttpMethod.Get, "/api/me");
        return (await me.Content.ReadFromJsonAsync(ApiJson.Default.Me))!.Runtime.Notice;
    }
}
