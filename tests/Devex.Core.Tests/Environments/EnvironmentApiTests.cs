using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Devex.Contracts;
using Devex.Contracts.Api;
using Devex.Core.Environments;
using Devex.Core.Identity;
using Devex.Core.Repls;
using Devex.Core.Storage;
using Devex.Core.Tests.Fixtures;
using Microsoft.Extensions.DependencyInjection;
using StackExchange.Redis;
using Xunit;
using Role = Devex.Contracts.Role;

namespace Devex.Core.Tests.Environments;

[Trait("Tier", "integration")]
public sealed class EnvironmentApiTests(Stores stores)
{
    private const string Hidden = "s3cr3t-value-9041";

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_secret_goes_in_and_comes_out_in_a_session_alone()
    {
        await using var core = await CoreHost.StartAsync(stores, bucket: "environment-secret");
        using var ada = await Browser.SignedInAsync(core);
        var repl = await ada.CreateAsync();
        await SetAsync(ada, repl, "API_KEY", Hidden, secret: true);
        await SetAsync(ada, repl, "COLOUR", "blue", secret: false);
        await PutAsync(ada, "/api/me/environment/TOKEN", Hidden + "-own", secret: true);
        await PutAsync(ada, "/api/me/environment/COLOUR", "red", secret: false);

        var list = await ListAsync(ada, $"/api/repls/{repl.Id}/environment");
        Assert.Equal([("API_KEY", true, null), ("COLOUR", false, "blue")], list.Variables.Select(variable => (variable.Name, variable.Secret, variable.Value)));
        Assert.Equal(["TOKEN"], list.Inherited);

        // Programs get the template's, over them the owner's, and over those the REPL's.
        var record = (await core.Services.GetRequiredService<ReplRecords>().FindAsync(repl.Id, Cancelled))!;
        var values = (await core.Services.GetRequiredService<ISessionVariables>().OfAsync(record, Cancelled)).Values;
        Assert.Equal([("API_KEY", Hidden), ("COLOUR", "blue"), ("STYLE", "node"), ("TOKEN", Hidden + "-own")], values.Select(pair => (pair.Key, pair.Value)));
        Assert.NotEmpty(core.Engine.Woken[repl.Id].Environment);

        // Nowhere else: not in S3, not in Redis, not in what Core says, not in its log, not in a copy.
        var store = core.Services.GetRequiredService<ObjectStore>();
        Assert.DoesNotContain("value-9041", await TextAsync(store, $"users/local-ada/repls/{repl.Id}/repl.json", CoreJson.Default.ReplRecord), StringComparison.Ordinal);
        Assert.DoesNotContain("value-9041", await TextAsync(store, UserDirectory.Key(UserId.Local("ada")), CoreJson.Default.UserRecord), StringComparison.Ordinal);
        var redis = core.Services.GetRequiredService<IConnectionMultiplexer>();
        var kept = redis.GetServer(redis.GetEndPoints()[0]).Keys().Select(key => redis.GetDatabase().KeyDump(key)).Select(dump => Encoding.Latin1.GetString(dump ?? []));
        Assert.DoesNotContain(kept, dump => dump.Contains("value-9041", StringComparison.Ordinal));
        Assert.DoesNotContain(core.Logged, line => line.Contains("value-9041", StringComparison.Ordinal));
        foreach (var path in (string[])[$"/api/repls/{repl.Id}", $"/api/repls/{repl.Id}/environment", "/api/me/environment", "/api/repls"])
        {
            using var answer = await ada.SendAsync(HttpMethod.Get, path);
            Assert.DoesNotContain("value-9041", await answer.Content.ReadAsStringAsync(Cancelled), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Viewers_and_strangers_see_nothing_editors_names_and_only_the_owner_sets()
    {
        await using var core = await CoreHost.StartAsync(stores, bucket: "environment-roles");
        using var ada = await Browser.SignedInAsync(core);
        using var grace = await Browser.SignedInAsync(core, "grace");
        using var linus = await Browser.SignedInAsync(core, "linus");
        var repl = await ada.CreateAsync();
        await SetAsync(ada, repl, "API_KEY", Hidden, secret: true);
        var path = $"/api/repls/{repl.Id}/environment";
        await ada.SendAsync(HttpMethod.Put, $"/api/repls/{repl.Id}/members/local-grace", JsonContent.Create(new SetMember(Role.Viewer), ApiJson.Default.SetMember));
        Assert.Equal(HttpStatusCode.Forbidden, (await grace.SendAsync(HttpMethod.Get, path)).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await linus.SendAsync(HttpMethod.Get, path)).StatusCode);

        await ada.SendAsync(HttpMethod.Put, $"/api/repls/{repl.Id}/members/local-grace", JsonContent.Create(new SetMember(Role.Editor), ApiJson.Default.SetMember));
        Assert.Null(Assert.Single((await ListAsync(grace, path)).Variables).Value);
        Assert.Equal(HttpStatusCode.Forbidden, (await PutAsync(grace, path + "/API_KEY", "mine", secret: true)).StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, (await grace.SendAsync(HttpMethod.Delete, path + "/API_KEY")).StatusCode);

        Assert.Equal(HttpStatusCode.NoContent, (await ada.SendAsync(HttpMethod.Delete, path + "/API_KEY")).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await ada.SendAsync(HttpMethod.Delete, path + "/API_KEY")).StatusCode);
        Assert.Empty((await ListAsync(ada, path)).Variables);
    }

    [Theory]
    [InlineData("1ST", "x", "variable.name")]
    [InlineData("A-B", "x", "variable.name")]
    [InlineData("HOME", "x", "variable.reserved")]
    [InlineData("DEVEX_X", "x", "variable.reserved")]
    [InlineData("OK", "a\0b", "variable.value")]
    [InlineData("OK", null, "variable.value")]
    public async Task What_no_program_could_be_given_is_refused_in_words(string name, string? value, string code)
    {
        await using var core = await CoreHost.StartAsync(stores, bucket: "environment-refused");
        using var ada = await Browser.SignedInAsync(core);
        using var answer = await ada.SendAsync(
            HttpMethod.Put, $"/api/me/environment/{name}", JsonContent.Create(new SetEnvironmentVariable(value), ApiJson.Default.SetEnvironmentVariable));
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Contains($"\"code\":\"{code}\"", await answer.Content.ReadAsStringAsync(Cancelled), StringComparison.Ordinal);
    }

    [Fact]
    public async Task There_are_limits_of_number_and_size()
    {
        await using var core = await CoreHost.StartAsync(stores, bucket: "environment-limits");
        using var ada = await Browser.SignedInAsync(core);
        Assert.Equal(HttpStatusCode.BadRequest, (await PutAsync(ada, "/api/me/environment/LARGE", new string('x', 32 * 1024 + 1), secret: true)).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await PutAsync(ada, "/api/me/environment/A", new string('x', 32 * 1024), secret: true)).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await PutAsync(ada, "/api/me/environment/B", new string('x', 31 * 1024), secret: true)).StatusCode);
        Assert.Equal(HttpStatusCode.Conflict, (await PutAsync(ada, "/api/me/environment/C", new string('x', 2 * 1024), secret: true)).StatusCode);
    }

    private static Task<HttpResponseMessage> SetAsync(Browser browser, Repl repl, string name, string value, bool secret) =>
        PutAsync(browser, $"/api/repls/{repl.Id}/environment/{name}", value, secret);

    private static Task<HttpResponseMessage> PutAsync(Browser browser, string path, string value, bool secret) =>
        browser.SendAsync(HttpMethod.Put, path, JsonContent.Create(new SetEnvironmentVariable(value, secret), ApiJson.Default.SetEnvironmentVariable));

    private static async Task<EnvironmentList> ListAsync(Browser browser, string path)
    {
        using var answer = await browser.SendAsync(HttpMethod.Get, path);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        return (await answer.Content.ReadFromJsonAsync(ApiJson.Default.EnvironmentList, Cancelled))!;
    }

    private static async Task<string> TextAsync<T>(ObjectStore store, string key, JsonTypeInfo<T> type)
        where T : class =>
        JsonSerializer.Serialize((await store.ReadAsync(key, type, Cancelled))!.Value, type);
}
