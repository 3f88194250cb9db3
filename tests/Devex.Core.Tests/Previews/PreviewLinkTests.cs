using System.Net;
using System.Net.Http.Json;
using Devex.Contracts;
using Devex.Contracts.Api;
using Devex.Contracts.Gateway;
using Devex.Contracts.Tokens;
using Devex.Core.Keys;
using Devex.Core.Repls;
using Devex.Core.Sessions;
using Devex.Core.Sessions.Store;
using Devex.Core.Tests.Fixtures;
using Microsoft.Extensions.DependencyInjection;
using StackExchange.Redis;
using Xunit;
using Role = Devex.Contracts.Role;

namespace Devex.Core.Tests.Previews;

[Trait("Tier", "integration")]
public sealed class PreviewLinkTests(Stores stores)
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_link_opens_its_port_until_it_is_made_private()
    {
        await using var core = await CoreHost.StartAsync(stores, bucket: "preview-links");
        using var ada = await Browser.SignedInAsync(core);
        using var gateway = Gateway(core);
        var repl = await ada.CreateAsync();
        Assert.Equal(HttpStatusCode.NotFound, await StatusAsync(ada, HttpMethod.Get, Path(repl)));

        var made = await OpenAsync(ada, repl, days: 3);
        Assert.StartsWith($"http://3000-{repl.Id}.preview.localhost:8081/.devex/link#", made.Url, StringComparison.Ordinal);
        Assert.Equal(43, Secret(made).Length);
        Assert.Equal(TimeSpan.FromDays(3), made.Link.ExpiresAt - made.Link.CreatedAt);
        Assert.Equal(made, await ReadAsync(ada, HttpMethod.Get, Path(repl)));
        Assert.Equal(made.Link, Assert.Single((await ada.GetAsync($"/api/repls/{repl.Id}")).PreviewLinks!));

        using var redeemed = await RedeemAsync(gateway, Secret(made), repl.Id, 3000);
        var signIn = (await redeemed.Content.ReadFromJsonAsync(ApiJson.Default.PreviewSignIn, Cancelled))!;
        var claims = (await core.Services.GetRequiredService<TokenSigner>().VerifyAsync(signIn.Cookie, Audiences.Preview))!;
        Assert.Equal((repl.Id.ToString(), "3000"), (claims.FindFirst("repl")!.Value, claims.FindFirst("port")!.Value));
        Assert.Null(claims.FindFirst("sub"));
        Assert.InRange(signIn.ExpiresAt, DateTimeOffset.UtcNow.AddHours(11), DateTimeOffset.UtcNow.AddHours(12));
        // It is used as often as people like.
        using var again = await RedeemAsync(gateway, Secret(made), repl.Id, 3000);
        Assert.Equal(HttpStatusCode.OK, again.StatusCode);

        Assert.Equal(HttpStatusCode.NoContent, await StatusAsync(ada, HttpMethod.Delete, Path(repl)));
        Assert.Equal(HttpStatusCode.NoContent, await StatusAsync(ada, HttpMethod.Delete, Path(repl)));
        using var revoked = await RedeemAsync(gateway, Secret(made), repl.Id, 3000);
        Assert.Equal(HttpStatusCode.Forbidden, revoked.StatusCode);
        Assert.Empty((await ada.GetAsync($"/api/repls/{repl.Id}")).PreviewLinks!);
    }

    [Fact]
    public async Task What_is_not_the_ports_own_secret_now_opens_nothing_and_is_told_nothing()
    {
        await using var core = await CoreHost.StartAsync(stores, bucket: "preview-refused");
        using var ada = await Browser.SignedInAsync(core);
        using var gateway = Gateway(core);
        var (repl, other, trashed) = (await ada.CreateAsync(), await ada.CreateAsync(), await ada.CreateAsync());
        var replaced = Secret(await OpenAsync(ada, repl));
        var good = Secret(await OpenAsync(ada, repl));
        var ofOther = Secret(await OpenAsync(ada, other));
        var expired = Secret(await OpenAsync(ada, repl, port: 5000, days: 1));
        var ofTrashed = Secret(await OpenAsync(ada, trashed));
        await ChangeAsync(core, repl, record => record with
        {
            PreviewLinks = [.. record.PreviewLinks.Select(link => link.Port == 5000 ? link with { ExpiresAt = DateTimeOffset.UtcNow } : link)],
        });
        Assert.Equal(HttpStatusCode.NoContent, await StatusAsync(ada, HttpMethod.Delete, $"/api/repls/{trashed.Id}"));

        (string? Secret, ReplId Repl, int Port)[] attempts =
        [
            (null, repl.Id, 3000), ("", repl.Id, 3000), (good[..^1], repl.Id, 3000), (good[..^1] + (good[^1] == 'A' ? 'B' : 'A'), repl.Id, 3000), (good + "A", repl.Id, 3000),
            (new string('a', 5000), repl.Id, 3000), (replaced, repl.Id, 3000), (ofOther, repl.Id, 3000), (good, other.Id, 3000), (good, repl.Id, 3001), (good, repl.Id, 5000),
            (expired, repl.Id, 5000), (ofTrashed, trashed.Id, 3000), (good, ReplId.New(), 3000),
        ];
        var bodies = new HashSet<string>();
        foreach (var (secret, id, port) in attempts)
        {
            using var refused = await RedeemAsync(gateway, secret!, id, port);
            Assert.Equal(HttpStatusCode.Forbidden, refused.StatusCode);
            var text = await refused.Content.ReadAsStringAsync(Cancelled);
            bodies.Add(text[..text.IndexOf("traceId", StringComparison.Ordinal)]);
        }
        Assert.Single(bodies);
        using var opened = await RedeemAsync(gateway, good, repl.Id, 3000);
        Assert.Equal(HttpStatusCode.OK, opened.StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, await StatusAsync(ada, HttpMethod.Get, Path(repl, 5000)));
    }

    [Fact]
    public async Task A_sealed_secret_that_is_moved_to_another_port_opens_nothing()
    {
        await using var core = await CoreHost.StartAsync(stores, bucket: "preview-refused");
        using var ada = await Browser.SignedInAsync(core);
        using var gateway = Gateway(core);
        var repl = await ada.CreateAsync();
        var secret = Secret(await OpenAsync(ada, repl));
        await ChangeAsync(core, repl, record => record with { PreviewLinks = [record.PreviewLinks[0] with { Port = 3001 }] });
        using var moved = await RedeemAsync(gateway, secret, repl.Id, 3001);
        Assert.Equal(HttpStatusCode.Forbidden, moved.StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, await StatusAsync(ada, HttpMethod.Get, Path(repl, 3001)));
    }

    [Fact]
    public async Task Only_the_owner_makes_reads_and_ends_links_and_members_see_what_is_open()
    {
        await using var core = await CoreHost.StartAsync(stores, bucket: "preview-roles");
        using var ada = await Browser.SignedInAsync(core);
        using var grace = await Browser.SignedInAsync(core, "grace");
        var repl = await ada.CreateAsync();
        var made = await OpenAsync(ada, repl);
        foreach (var (role, expected) in new (Role?, HttpStatusCode)[] { (null, HttpStatusCode.NotFound), (Role.Viewer, HttpStatusCode.Forbidden), (Role.Editor, HttpStatusCode.Forbidden) })
        {
            if (role is { } given)
                Assert.Equal(HttpStatusCode.OK, await StatusAsync(ada, HttpMethod.Put, $"/api/repls/{repl.Id}/members/local-grace", new SetMember(given)));
            Assert.Equal(expected, await StatusAsync(grace, HttpMethod.Put, Path(repl, 4000), new OpenPreview()));
            Assert.Equal(expected, await StatusAsync(grace, HttpMethod.Get, Path(repl)));
            Assert.Equal(expected, await StatusAsync(grace, HttpMethod.Delete, Path(repl)));
        }
        Assert.Equal(made.Link, Assert.Single((await grace.GetAsync($"/api/repls/{repl.Id}")).PreviewLinks!));
        Assert.Equal(made, await ReadAsync(ada, HttpMethod.Get, Path(repl)));
    }

    [Theory]
    [InlineData("3000", 0, "days")]
    [InlineData("3000", 91, "days")]
    [InlineData("0", 1, "port")]
    [InlineData("080", 1, "port")]
    [InlineData("65536", 1, "port")]
    [InlineData("80@evil", 1, "port")]
    public async Task What_is_no_port_or_no_time_is_refused(string port, int days, string field)
    {
        await using var core = await CoreHost.StartAsync(stores, bucket: "preview-refused");
        using var ada = await Browser.SignedInAsync(core);
        var repl = await ada.CreateAsync();
        using var answer = await ada.SendAsync(HttpMethod.Put, $"/api/repls/{repl.Id}/previews/{Uri.EscapeDataString(port)}/link", JsonContent.Create(new OpenPreview(days)));
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Contains($"\"{field}\":[", await answer.Content.ReadAsStringAsync(Cancelled), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.NoContent, await StatusAsync(ada, HttpMethod.Delete, $"/api/repls/{repl.Id}"));
    }

    [Fact]
    public async Task Twenty_ports_are_open_at_most_and_one_that_ended_makes_room()
    {
        await using var core = await CoreHost.StartAsync(stores, bucket: "preview-many");
        using var ada = await Browser.SignedInAsync(core);
        var repl = await ada.CreateAsync();
        for (var port = 3000; port < 3020; port++)
            await OpenAsync(ada, repl, port);
        Assert.Equal(HttpStatusCode.Conflict, await StatusAsync(ada, HttpMethod.Put, Path(repl, 4000), new OpenPreview()));
        // The same port again is no further one.
        await OpenAsync(ada, repl, 3019);
        await ChangeAsync(core, repl, record => record with { PreviewLinks = [record.PreviewLinks[0] with { ExpiresAt = DateTimeOffset.UtcNow }, .. record.PreviewLinks.Skip(1)] });
        await OpenAsync(ada, repl, 4000);
        Assert.DoesNotContain((await ada.GetAsync($"/api/repls/{repl.Id}")).PreviewLinks!, link => link.Port == 3000);
    }

    [Fact]
    public async Task A_link_outlives_a_stop_and_goes_into_no_copy_and_its_secret_is_nowhere_as_it_is()
    {
        await using var core = await CoreHost.StartAsync(stores, bucket: "preview-kept");
        using var ada = await Browser.SignedInAsync(core);
        using var gateway = Gateway(core);
        var repl = await ada.CreateAsync();
        var made = await OpenAsync(ada, repl);
        Assert.Null(made.Link.ExpiresAt);
        foreach (var what in (string[])["start", "stop", "start"])
            Assert.Equal(HttpStatusCode.Accepted, await StatusAsync(ada, HttpMethod.Post, $"/api/repls/{repl.Id}/{what}"));
        using var redeemed = await RedeemAsync(gateway, Secret(made), repl.Id, 3000);
        Assert.Equal(HttpStatusCode.OK, redeemed.StatusCode);

        using var forked = await ada.PostAsync($"/api/repls/{repl.Id}/fork", new ForkRepl(null), Cancelled);
        Assert.Empty((await forked.Content.ReadFromJsonAsync(ApiJson.Default.Repl, Cancelled))!.PreviewLinks!);

        // Neither in the record in S3 nor in its copy in Redis.
        var kept = await core.Services.GetRequiredService<ReplRecords>().ReadAsync(UserId.Local("ada"), repl.Id, Cancelled);
        Assert.DoesNotContain(Secret(made), Assert.Single(kept!.PreviewLinks).ToString(), StringComparison.Ordinal);
        var copy = await core.Services.GetRequiredService<IConnectionMultiplexer>().GetDatabase().HashGetAsync($"repl:{repl.Id}", "record");
        Assert.Contains("previewLinks", copy.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain(Secret(made), copy.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain(core.Logged, line => line.Contains(Secret(made), StringComparison.Ordinal));
    }

    [Fact]
    public async Task Gateways_are_told_at_once_who_may_see_previews()
    {
        await using var core = await CoreHost.StartAsync(stores, settings: new Dictionary<string, string?> { ["Auth:Operators"] = "local-alan" }, bucket: "preview-told");
        using var ada = await Browser.SignedInAsync(core);
        using var grace = await Browser.SignedInAsync(core, "grace");
        using var alan = await Browser.SignedInAsync(core, "alan");
        using var gateway = Gateway(core);
        var repl = await ada.CreateAsync();
        (await ada.SendAsync(HttpMethod.Post, $"/api/repls/{repl.Id}/start")).Dispose();
        await core.Services.GetRequiredService<ISessionStore>().UpdateAsync(
            repl.Id, _ => new SessionRecord { Owner = repl.Owner.Id, Id = repl.Id, Session = "session", Phase = SessionPhase.Running }, Cancelled);
        var queue = await core.Services.GetRequiredService<IConnectionMultiplexer>().GetSubscriber().SubscribeAsync(RedisChannel.Literal(Channels.Locations));
        Assert.Equal(("local-ada", 0), await SeersAsync());

        await OpenAsync(ada, repl);
        await ToldAsync();
        Assert.Equal(("local-ada", 1), await SeersAsync());
        await StatusAsync(ada, HttpMethod.Put, $"/api/repls/{repl.Id}/members/local-grace", new SetMember(Role.Viewer));
        await ToldAsync();
        Assert.Equal(("local-ada local-grace", 1), await SeersAsync());
        await StatusAsync(alan, HttpMethod.Put, "/api/operator/users/local-grace/suspension");
        await ToldAsync();
        Assert.Equal(("local-ada", 1), await SeersAsync());
        await StatusAsync(alan, HttpMethod.Delete, "/api/operator/users/local-grace/suspension");
        Assert.Equal(("local-ada local-grace", 1), await SeersAsync());
        await StatusAsync(ada, HttpMethod.Delete, Path(repl));
        await ToldAsync();
        await StatusAsync(ada, HttpMethod.Delete, $"/api/repls/{repl.Id}/members/local-grace");
        await ToldAsync();
        Assert.Equal(("local-ada", 0), await SeersAsync());

        async Task ToldAsync()
        {
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(Cancelled);
            limit.CancelAfter(TimeSpan.FromMinutes(1));
            while ((await queue.ReadAsync(limit.Token)).Message != repl.Id.ToString())
            {
            }
        }

        async Task<(string People, int Links)> SeersAsync()
        {
            var location = (await gateway.GetFromJsonAsync($"/internal/gateway/sessions/{repl.Id}", ApiJson.Default.SessionLocation, Cancelled))!;
            return (string.Join(' ', location.People!), location.PreviewLinks!.Count);
        }
    }

    private static string Path(Repl repl, int port = 3000) => $"/api/repls/{repl.Id}/previews/{port}/link";

    private static string Secret(PreviewLinkAddress address) => address.Url[(address.Url.IndexOf('#', StringComparison.Ordinal) + 1)..];

    private static Task<PreviewLinkAddress> OpenAsync(Browser browser, Repl repl, int port = 3000, int? days = null) =>
        ReadAsync(browser, HttpMethod.Put, Path(repl, port), new OpenPreview(days));

    private static Task<ReplRecord?> ChangeAsync(CoreHost core, Repl repl, Func<ReplRecord, ReplRecord> change) =>
        core.Services.GetRequiredService<ReplRecords>().UpdateAsync(UserId.Local("ada"), repl.Id, change, Cancelled);

    private static Task<HttpResponseMessage> RedeemAsync(HttpClient gateway, string secret, ReplId id, int port) =>
        gateway.PostAsJsonAsync("/internal/gateway/previews/links", new RedeemPreviewLink(secret, id, port), Cancelled);

    private static HttpClient Gateway(CoreHost core)
    {
        var client = core.Client();
        client.DefaultRequestHeaders.Add("Authorization", "Bearer " + Assertions.Gateway());
        return client;
    }

    private static async Task<HttpStatusCode> StatusAsync(Browser browser, HttpMethod method, string path, object? body = null)
    {
        using var answer = await browser.SendAsync(method, path, body is null ? null : JsonContent.Create(body, body.GetType()));
        return answer.StatusCode;
    }

    private static async Task<PreviewLinkAddress> ReadAsync(Browser browser, HttpMethod method, string path, object? body = null)
    {
        using var answer = await browser.SendAsync(method, path, body is null ? null : JsonContent.Create(body, body.GetType()));
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync(Cancelled));
        return (await answer.Content.ReadFromJsonAsync(ApiJson.Default.PreviewLinkAddress, Cancelled))!;
    }
}
