using System.Net;
using System.Net.Http.Json;
using Devex.Contracts.Api;
using Devex.Core.Tests.Fixtures;
using Xunit;

namespace Devex.Core.Tests.Identity;

[Trait("Tier", "integration")]
public sealed class ApiTokenTests(Stores stores)
{
    [Fact]
    public async Task A_program_works_with_a_token_until_it_is_revoked()
    {
        await using var core = await CoreHost.StartAsync(stores, bucket: "tokens");
        await using var other = await CoreHost.StartAsync(stores, bucket: "tokens");
        using var ada = await Browser.SignedInAsync(core);
        var token = await CreateAsync(ada, new CreateApiToken("ci", TokenScope.Write));
        Assert.StartsWith("dvx_", token.Secret, StringComparison.Ordinal);

        using var program = Program(other, token.Secret);
        using var created = await program.PostAsJsonAsync("/api/repls", new CreateRepl("by-token", "node"));
        Assert.Equal(HttpStatusCode.Created, created.StatusCode);
        using var list = await ada.SendAsync(HttpMethod.Get, "/api/tokens");
        var listed = await list.Content.ReadAsStringAsync();
        Assert.Contains(token.Token.Id, listed, StringComparison.Ordinal);
        Assert.DoesNotContain(token.Secret[^20..], listed, StringComparison.Ordinal);

        using var revoked = await ada.SendAsync(HttpMethod.Delete, $"/api/tokens/{token.Token.Id}");
        Assert.Equal(HttpStatusCode.NoContent, revoked.StatusCode);
        using var refused = await program.GetAsync("/api/me");
        Assert.Equal(HttpStatusCode.Unauthorized, refused.StatusCode);
    }

    [Fact]
    public async Task A_reading_token_changes_nothing_and_no_token_makes_tokens()
    {
        await using var core = await CoreHost.StartAsync(stores, bucket: "tokens");
        using var grace = await Browser.SignedInAsync(core, "grace");
        using var reader = Program(core, (await CreateAsync(grace, new CreateApiToken("reader"))).Secret);
        using var read = await reader.GetAsync("/api/repls");
        Assert.Equal(HttpStatusCode.OK, read.StatusCode);
        using var write = await reader.PostAsJsonAsync("/api/repls", new CreateRepl(null, "node"));
        Assert.Equal(HttpStatusCode.Forbidden, write.StatusCode);

        using var writer = Program(core, (await CreateAsync(grace, new CreateApiToken("writer", TokenScope.Write))).Secret);
        using var more = await writer.PostAsJsonAsync("/api/tokens", new CreateApiToken("more", TokenScope.Write));
        Assert.Equal(HttpStatusCode.Forbidden, more.StatusCode);
    }

    [Fact]
    public async Task A_token_of_the_right_form_that_was_never_made_is_refused()
    {
        await using var core = await CoreHost.StartAsync(stores, bucket: "tokens");
        using var linus = await Browser.SignedInAsync(core, "linus");
        var secret = (await CreateAsync(linus, new CreateApiToken("one"))).Secret;
        foreach (var wrong in new[] { secret[..^1] + (secret[^1] == 'A' ? 'B' : 'A'), "dvx_", "dvx_local-linus_", "dvx__x", secret.Replace("linus", "grace", StringComparison.Ordinal), secret + "A" })
        {
            using var program = Program(core, wrong);
            using var answer = await program.GetAsync("/api/me");
            Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
        }
    }

    [Theory]
    [InlineData("", 1)]
    [InlineData("a\nb", 1)]
    [InlineData("ok", 0)]
    [InlineData("ok", 367)]
    public async Task Bad_fields_are_named(string name, int days)
    {
        await using var core = await CoreHost.StartAsync(stores, bucket: "tokens");
        using var alan = await Browser.SignedInAsync(core, "alan");
        using var answer = await alan.PostAsync("/api/tokens", new CreateApiToken(name, TokenScope.Read, days));
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Contains("\"errors\":{", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    private static async Task<NewApiToken> CreateAsync(Browser browser, CreateApiToken request)
    {
        using var answer = await browser.PostAsync("/api/tokens", request);
        Assert.Equal(HttpStatusCode.Created, answer.StatusCode);
        return (await answer.Content.ReadFromJsonAsync(ApiJson.Default.NewApiToken))!;
    }

    private static HttpClient Program(CoreHost core, string secret)
    {
        var client = core.Client();
        client.DefaultRequestHeaders.TryAddWithoutValidation("Authorization", "Bearer " + secret);
        return client;
    }
}
