using System.Net;
using System.Net.Http.Json;
using System.Text;
using Devex.Contracts;
using Devex.Contracts.Api;
using Devex.Contracts.Protocol;
using Devex.Core.GitCredentials;
using Devex.Core.Tests.Fixtures;
using Devex.Core.Tests.Identity;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using StackExchange.Redis;
using Xunit;
using Role = Devex.Contracts.Role;

namespace Devex.Core.Tests.GitCredentials;

/// <summary>Tokens of a GitHub App: for one repository and one operation, for whom GitHub lets do it themselves, and no longer than that takes.</summary>
[Trait("Tier", "integration")]
public sealed class GitCredentialTests(Stores stores)
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Who_may_push_gets_a_token_for_that_repository_alone_and_it_ends_when_it_is_done_with()
    {
        await using var gitHub = await StartGitHubAsync();
        await using var core = await CoreHost.StartAsync(stores, settings: gitHub.SettingsWithApp(), bucket: "git-credentials");
        using var octocat = await SignInAsync(core);
        var repl = await octocat.CreateAsync();
        Assert.Equal(gitHub.Host, (await ReadAsync<GitCredentialOffer>(await octocat.SendAsync(HttpMethod.Get, $"/api/repls/{repl.Id}/git-credentials"))).Host);

        gitHub.App.People[("acme/site", "octocat")] = ("write", 583231);
        using var answer = await MintAsync(octocat, repl, $"https://{gitHub.Host}/acme/site.git", GitOperation.Push);
        Assert.Equal("no-store", answer.Headers.CacheControl?.ToString());
        var minted = await ReadAsync<MintedGitCredential>(answer);
        Assert.Equal("x-access-token", minted.Username);
        Assert.Equal(("site", "write"), gitHub.App.Live[minted.Password]);

        // It is in this answer, and nowhere else.
        Assert.DoesNotContain(core.Logged, line => line.Contains(minted.Password, StringComparison.Ordinal));
        Assert.Contains(core.Logged, line => line.Contains("acme/site", StringComparison.Ordinal));
        var redis = core.Services.GetRequiredService<IConnectionMultiplexer>();
        Assert.DoesNotContain(
            redis.GetServer(redis.GetEndPoints()[0]).Keys().Select(key => Encoding.Latin1.GetString(redis.GetDatabase().KeyDump(key) ?? [])),
            dump => dump.Contains(minted.Password, StringComparison.Ordinal));

        Assert.Equal(HttpStatusCode.NoContent, (await EndAsync(octocat, repl, minted.Password)).StatusCode);
        Assert.Empty(gitHub.App.Live);
        Assert.Equal(HttpStatusCode.NoContent, (await EndAsync(octocat, repl, minted.Password)).StatusCode);

        // A pull gets no more than it needs.
        minted = await ReadAsync<MintedGitCredential>(await MintAsync(octocat, repl, $"https://{gitHub.Host}/acme/site", GitOperation.Pull));
        Assert.Equal(("site", "read"), gitHub.App.Live[minted.Password]);
    }

    [Fact]
    public async Task Who_may_not_gets_none_and_what_was_made_for_them_is_ended()
    {
        await using var gitHub = await StartGitHubAsync();
        await using var core = await CoreHost.StartAsync(stores, settings: gitHub.SettingsWithApp(), bucket: "git-credentials-refused");
        using var octocat = await SignInAsync(core);
        var repl = await octocat.CreateAsync();
        var address = $"https://{gitHub.Host}/acme/site.git";

        // No access at all; access to read; none, as GitHub also says it; a login that has changed hands.
        await RefusedAsync(HttpStatusCode.Forbidden, "gitCredentials.access", await MintAsync(octocat, repl, address, GitOperation.Push));
        gitHub.App.People[("acme/site", "octocat")] = ("read", 583231);
        await RefusedAsync(HttpStatusCode.Forbidden, "gitCredentials.access", await MintAsync(octocat, repl, address, GitOperation.Push));
        gitHub.App.People[("acme/site", "octocat")] = ("none", 583231);
        await RefusedAsync(HttpStatusCode.Forbidden, "gitCredentials.access", await MintAsync(octocat, repl, address, GitOperation.Fetch));
        gitHub.App.People[("acme/site", "octocat")] = ("admin", 99);
        await RefusedAsync(HttpStatusCode.Forbidden, "gitCredentials.login", await MintAsync(octocat, repl, address, GitOperation.Push));
        Assert.Equal((4, 0), (gitHub.App.Issued, gitHub.App.Live.Count));

        await RefusedAsync(HttpStatusCode.Conflict, "gitCredentials.notInstalled", await MintAsync(octocat, repl, $"https://{gitHub.Host}/acme/other", GitOperation.Push));
        gitHub.App.ReadsOnly = true;
        await RefusedAsync(HttpStatusCode.Conflict, "gitCredentials.notInstalled", await MintAsync(octocat, repl, address, GitOperation.Push));
        gitHub.App.Broken = true;
        await RefusedAsync(HttpStatusCode.BadGateway, "gitCredentials.gitHub", await MintAsync(octocat, repl, address, GitOperation.Push));
        await RefusedAsync(HttpStatusCode.BadRequest, "gitCredentials.token", await EndAsync(octocat, repl, "a b"));
        foreach (var remote in (string?[])["https://example.org/acme/site", $"http://{gitHub.Host}/acme/site", $"https://{gitHub.Host}/acme", $"https://{gitHub.Host}/acme/..", $"https://{gitHub.Host}/a/b/c", $"https://x@{gitHub.Host}/acme/site", $"https://{gitHub.Host}/acme/site?x", $"https://{gitHub.Host}/acme/si%2fte", "acme/site", null])
            await RefusedAsync(HttpStatusCode.BadRequest, "gitCredentials.remote", await MintAsync(octocat, repl, remote, GitOperation.Push));
    }

    [Fact]
    public async Task It_is_for_editors_who_are_signed_in_with_GitHub_themselves()
    {
        await using var gitHub = await StartGitHubAsync();
        await using var core = await CoreHost.StartAsync(stores, settings: gitHub.SettingsWithApp(), bucket: "git-credentials-people");
        using var owner = await SignInAsync(core);
        var repl = await owner.CreateAsync();
        var path = $"/api/repls/{repl.Id}/git-credentials";
        gitHub.App.People[("acme/site", "octocat")] = ("write", 583231);
        gitHub.App.People[("acme/site", "viewer")] = ("admin", 7001);
        gitHub.User = (7001, "viewer");
        using var viewer = await SignInAsync(core);
        await RefusedAsync(HttpStatusCode.NotFound, "repl.notFound", await MintAsync(viewer, repl, $"https://{gitHub.Host}/acme/site", GitOperation.Push));
        using var shared = await owner.SendAsync(HttpMethod.Put, $"/api/repls/{repl.Id}/members/github-7001", JsonContent.Create(new SetMember(Role.Viewer), ApiJson.Default.SetMember));
        Assert.Equal(HttpStatusCode.OK, shared.StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, (await MintAsync(viewer, repl, $"https://{gitHub.Host}/acme/site", GitOperation.Push)).StatusCode);

        // A token for programs is less than its owner.
        using var made = await owner.PostAsync("/api/tokens", new CreateApiToken("Build", TokenScope.Write, 1));
        var token = (await made.Content.ReadFromJsonAsync(ApiJson.Default.NewApiToken, Cancelled))!.Secret;
        using var client = core.Client();
        client.DefaultRequestHeaders.Add("Authorization", "Bearer " + token);
        Assert.Null((await client.GetFromJsonAsync(path, ApiJson.Default.GitCredentialOffer, Cancelled))!.Host);
        await RefusedAsync(HttpStatusCode.Forbidden, "gitCredentials.identity", await client.PostAsync(path, Body($"https://{gitHub.Host}/acme/site", GitOperation.Push), Cancelled));
        Assert.Equal(0, gitHub.App.Issued);

        await using var without = await CoreHost.StartAsync(stores, bucket: "git-credentials-without");
        using var ada = await Browser.SignedInAsync(without);
        var local = await ada.CreateAsync();
        Assert.Null((await ReadAsync<GitCredentialOffer>(await ada.SendAsync(HttpMethod.Get, $"/api/repls/{local.Id}/git-credentials"))).Host);
        await RefusedAsync(HttpStatusCode.NotFound, "gitCredentials.off", await MintAsync(ada, local, "https://github.com/acme/site", GitOperation.Push));
    }

    [Fact]
    public async Task A_token_that_nobody_says_to_be_done_with_ends_by_itself_and_with_Core()
    {
        await using var gitHub = await StartGitHubAsync();
        gitHub.App.People[("acme/site", "octocat")] = ("write", 583231);
        await using (var core = await CoreHost.StartAsync(stores, settings: gitHub.SettingsWithApp(), bucket: "git-credentials-end"))
        {
            using var octocat = await SignInAsync(core);
            var repl = await octocat.CreateAsync();
            for (var n = 0; n < 10; n++)
                await ReadAsync<MintedGitCredential>(await MintAsync(octocat, repl, $"https://{gitHub.Host}/acme/site", GitOperation.Push));
            await RefusedAsync(HttpStatusCode.TooManyRequests, "gitCredentials.many", await MintAsync(octocat, repl, $"https://{gitHub.Host}/acme/site", GitOperation.Push));
            Assert.Equal(10, gitHub.App.Live.Count);

            var time = new FakeTimeProvider();
            using var issued = new IssuedTokens(core.Services.GetRequiredService<GitHubApp>(), time, NullLogger<IssuedTokens>.Instance);
            issued.Add(UserId.GitHub(1), gitHub.App.Live.Keys.First());
            time.Advance(IssuedTokens.Longest);
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(Cancelled);
            limit.CancelAfter(TimeSpan.FromMinutes(1));
            while (gitHub.App.Live.Count == 10)
                await Task.Delay(10, limit.Token);
            Assert.Equal(9, gitHub.App.Live.Count);
        }
        Assert.Empty(gitHub.App.Live);
    }

    [Theory]
    [InlineData("GitHub:App:PrivateKey", null, "set together")]
    [InlineData("GitHub:App:PrivateKey", "no key", "PEM")]
    [InlineData("GitHub:App:Id", null, "set together")]
    [InlineData("GitHub:App:Id", "1/2", "no App's id")]
    [InlineData("Auth:GitHub:ClientId", "", "Auth:GitHub is not")]
    public async Task Half_an_App_is_refused_at_the_start_in_words(string setting, string? value, string said)
    {
        await using var gitHub = await StartGitHubAsync();
        var settings = gitHub.SettingsWithApp();
        settings[setting] = value ?? "";
        var refused = await Assert.ThrowsAnyAsync<Exception>(async () => await (await CoreHost.StartAsync(stores, settings: settings, bucket: "git-credentials-half")).DisposeAsync());
        Assert.Contains(said, refused.ToString(), StringComparison.Ordinal);
    }

    private static async Task<GitHubDouble> StartGitHubAsync()
    {
        var gitHub = await GitHubDouble.StartAsync();
        gitHub.App.Installed.Add("acme/site");
        return gitHub;
    }

    private static async Task<Browser> SignInAsync(CoreHost core)
    {
        var browser = new Browser(core);
        using var back = await browser.SendAsync(HttpMethod.Get, await GitHubDouble.BeginAsync(browser));
        Assert.Equal("/", back.Headers.Location!.ToString());
        return browser;
    }

    private static JsonContent Body(string? remote, GitOperation operation) => JsonContent.Create(new CreateGitCredential(remote, operation), ApiJson.Default.CreateGitCredential);

    private static Task<HttpResponseMessage> MintAsync(Browser browser, Repl repl, string? remote, GitOperation operation) =>
        browser.SendAsync(HttpMethod.Post, $"/api/repls/{repl.Id}/git-credentials", Body(remote, operation), cancellationToken: Cancelled);

    private static Task<HttpResponseMessage> EndAsync(Browser browser, Repl repl, string token) => browser.SendAsync(
        HttpMethod.Post, $"/api/repls/{repl.Id}/git-credentials/end", JsonContent.Create(new EndGitCredential(token), ApiJson.Default.EndGitCredential), cancellationToken: Cancelled);

    private static async Task<T> ReadAsync<T>(HttpResponseMessage answer)
    {
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync(Cancelled));
        return (T)(await answer.Content.ReadFromJsonAsync(typeof(T), ApiJson.Default, Cancelled))!;
    }

    private static async Task RefusedAsync(HttpStatusCode status, string code, HttpResponseMessage answer)
    {
        var text = await answer.Content.ReadAsStringAsync(Cancelled);
        Assert.True(answer.StatusCode == status && text.Contains($"\"code\":\"{code}\"", StringComparison.Ordinal), $"{answer.StatusCode}: {text}");
    }
}
