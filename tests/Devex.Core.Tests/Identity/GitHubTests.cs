using System.Net;
using Devex.Contracts.Api;
using Devex.Core.Tests.Fixtures;
using Devex.Core.Tests.Snapshots.Fixtures;
using Xunit;

namespace Devex.Core.Tests.Identity;

[Trait("Tier", "integration")]
public sealed class GitHubTests(Stores stores)
{
    [Fact]
    public async Task Signing_in_takes_the_numeric_id_and_goes_back_to_the_page()
    {
        await using var gitHub = await GitHubDouble.StartAsync();
        await using var core = await CoreHost.StartAsync(stores, settings: gitHub.Settings());
        using var browser = new Browser(core);
        using var back = await browser.SendAsync(HttpMethod.Get, await GitHubDouble.BeginAsync(browser, "/r/0123456789ab"));
        Assert.Equal((HttpStatusCode.Redirect, "/r/0123456789ab"), (back.StatusCode, back.Headers.Location!.ToString()));
        var user = (await SignInTests.SessionAsync(browser)).User!;
        Assert.Equal(new UserSummary(Contracts.UserId.GitHub(583231), "octocat", "Octo Cat", "https://avatars.example/1"), user);
    }

    [Fact]
    public async Task A_renamed_account_keeps_its_repls_and_a_recycled_login_does_not_inherit_them()
    {
        await using var gitHub = await GitHubDouble.StartAsync();
        await using var core = await CoreHost.StartAsync(stores, settings: gitHub.Settings());
        gitHub.User = (7001, "first");
        using var owner = await SignInAsync(core);
        var repl = await owner.CreateAsync();

        gitHub.User = (7001, "renamed");
        using var renamed = await SignInAsync(core);
        Assert.Equal("renamed", (await renamed.GetAsync($"/api/repls/{repl.Id}")).Owner.Login);

        gitHub.User = (7002, "first");
        using var recycled = await SignInAsync(core);
        using var refused = await recycled.SendAsync(HttpMethod.Get, $"/api/repls/{repl.Id}");
        Assert.Equal(HttpStatusCode.NotFound, refused.StatusCode);
        Assert.Empty(await recycled.ListAsync());
    }

    [Fact]
    public async Task State_that_is_missing_replayed_or_of_another_browser_is_refused()
    {
        await using var gitHub = await GitHubDouble.StartAsync();
        await using var core = await CoreHost.StartAsync(stores, settings: gitHub.Settings());
        using var victim = new Browser(core);
        using var attacker = new Browser(core);

        var callback = await GitHubDouble.BeginAsync(attacker);
        await RefusedAsync(victim, callback);
        await RefusedAsync(attacker, callback[..callback.IndexOf("&state=", StringComparison.Ordinal)]);
        Assert.Equal(0, gitHub.TokensGiven);

        using var good = await attacker.SendAsync(HttpMethod.Get, callback);
        Assert.Equal("/", good.Headers.Location!.ToString());
        using var replay = await attacker.SendAsync(HttpMethod.Get, callback);
        Assert.Equal("/signin?error=failed", replay.Headers.Location!.ToString());
        Assert.Equal(1, gitHub.TokensGiven);
    }

    [Fact]
    public async Task Who_is_not_on_the_list_is_told_so_and_not_let_in()
    {
        await using var gitHub = await GitHubDouble.StartAsync();
        await using var core = await CoreHost.StartAsync(stores, settings: gitHub.Settings("org:acme, team:corp/tools"));
        using var browser = new Browser(core);
        using var refused = await browser.SendAsync(HttpMethod.Get, await GitHubDouble.BeginAsync(browser));
        Assert.Equal("/signin?error=notAllowed", refused.Headers.Location!.ToString());
        Assert.Null((await SignInTests.SessionAsync(browser)).User);

        gitHub.Organizations.Add("acme");
        using var member = await browser.SendAsync(HttpMethod.Get, await GitHubDouble.BeginAsync(browser));
        Assert.Equal("/", member.Headers.Location!.ToString());

        gitHub.Organizations.Clear();
        gitHub.Teams.Add("corp/tools/octocat");
        using var teammate = new Browser(core);
        using var admitted = await teammate.SendAsync(HttpMethod.Get, await GitHubDouble.BeginAsync(teammate));
        Assert.Equal("/", admitted.Headers.Location!.ToString());
    }

    [Fact]
    public async Task Saying_no_at_GitHub_leads_back_to_the_sign_in_page()
    {
        await using var gitHub = await GitHubDouble.StartAsync();
        gitHub.Denies = true;
        await using var core = await CoreHost.StartAsync(stores, settings: gitHub.Settings());
        using var browser = new Browser(core);
        using var back = await browser.SendAsync(HttpMethod.Get, await GitHubDouble.BeginAsync(browser));
        Assert.Equal("/signin?error=denied", back.Headers.Location!.ToString());
    }

    [Fact]
    public async Task Who_cannot_be_signed_in_because_something_is_away_is_told_what()
    {
        const string bucket = "signing-in";
        await stores.StartAsync(bucket);
        await using var s3 = await FailingProxy.StartAsync(stores.S3.ServiceUrl);
        var gitHub = await GitHubDouble.StartAsync();
        await using var core = await CoreHost.StartAsync(stores, settings: new Dictionary<string, string?>(gitHub.Settings()) { ["S3:ServiceUrl"] = s3.Url }, bucket: bucket);
        using var browser = new Browser(core);
        s3.Fail = (_, _) => HttpStatusCode.InternalServerError;
        using var unknown = await browser.SendAsync(HttpMethod.Get, await GitHubDouble.BeginAsync(browser, "/r/0123456789ab"));
        Assert.Equal("/signin?error=storageAway&returnUrl=%2Fr%2F0123456789ab", unknown.Headers.Location!.ToString());

        s3.Fail = (_, _) => null;
        var callback = await GitHubDouble.BeginAsync(browser);
        await gitHub.DisposeAsync();
        using var unheard = await browser.SendAsync(HttpMethod.Get, callback);
        Assert.Equal("/signin?error=gitHubAway", unheard.Headers.Location!.ToString());
        Assert.Null((await SignInTests.SessionAsync(browser)).User);
    }

    [Fact]
    public async Task The_same_goes_for_a_local_identity()
    {
        const string bucket = "signing-in-locally";
        await stores.StartAsync(bucket);
        await using var s3 = await FailingProxy.StartAsync(stores.S3.ServiceUrl);
        await using var core = await CoreHost.StartAsync(stores, settings: new Dictionary<string, string?> { ["S3:ServiceUrl"] = s3.Url }, bucket: bucket);
        using var browser = new Browser(core);
        s3.Fail = (_, _) => HttpStatusCode.InternalServerError;
        using var refused = await browser.SignInAsync("linus", "/r/0123456789ab");
        Assert.Equal((HttpStatusCode.SeeOther, "/signin?error=storageAway&returnUrl=%2Fr%2F0123456789ab"), (refused.StatusCode, refused.Headers.Location!.ToString()));
        Assert.Null((await SignInTests.SessionAsync(browser)).User);
    }

    private static async Task<Browser> SignInAsync(CoreHost core)
    {
        var browser = new Browser(core);
        using var back = await browser.SendAsync(HttpMethod.Get, await GitHubDouble.BeginAsync(browser));
        Assert.Equal("/", back.Headers.Location!.ToString());
        return browser;
    }

    private static async Task RefusedAsync(Browser browser, string callback)
    {
        using var answer = await browser.SendAsync(HttpMethod.Get, callback);
        Assert.Equal("/signin?error=failed", answer.Headers.Location!.ToString());
        Assert.Null((await SignInTests.SessionAsync(browser)).User);
    }
}
