using System.Net;
using System.Net.Http.Json;
using Devex.Contracts;
using Devex.Contracts.Api;
using Devex.Core.Repls;
using Devex.Core.Tests.Fixtures;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Devex.Core.Tests.Sharing;

[Trait("Tier", "integration")]
public sealed class SharingTests(Stores stores)
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_owner_gives_changes_and_takes_away_roles()
    {
        await using var core = await CoreHost.StartAsync(stores, bucket: "sharing-roles");
        using var ada = await Browser.SignedInAsync(core);
        using var grace = await Browser.SignedInAsync(core, "grace");
        var repl = await ada.CreateAsync();
        Assert.Equal(HttpStatusCode.OK, await SetAsync(ada, repl, "local-grace", Role.Viewer));
        Assert.Equal(Role.Viewer, (await grace.GetAsync($"/api/repls/{repl.Id}")).Role);
        Assert.Equal(HttpStatusCode.Forbidden, await StatusAsync(grace, HttpMethod.Post, $"/api/repls/{repl.Id}/start"));
        Assert.Equal(HttpStatusCode.Forbidden, await SetAsync(grace, repl, "local-grace", Role.Editor));

        Assert.Equal(HttpStatusCode.OK, await SetAsync(ada, repl, "local-grace", Role.Editor));
        Assert.Equal(HttpStatusCode.Accepted, await StatusAsync(grace, HttpMethod.Post, $"/api/repls/{repl.Id}/start"));
        var members = await ReadAsync<MemberList>(grace, HttpMethod.Get, $"/api/repls/{repl.Id}/members");
        Assert.Equal(("local-ada", "local-grace", Role.Editor), (members.Owner.Id.ToString(), Assert.Single(members.Members).User.Id.ToString(), members.Members[0].Role));

        Assert.Equal(HttpStatusCode.NoContent, await StatusAsync(ada, HttpMethod.Delete, $"/api/repls/{repl.Id}/members/local-grace"));
        Assert.Equal(HttpStatusCode.NotFound, await StatusAsync(grace, HttpMethod.Get, $"/api/repls/{repl.Id}"));
        Assert.Equal(HttpStatusCode.NotFound, await StatusAsync(grace, HttpMethod.Post, $"/api/repls/{repl.Id}/tickets"));
        Assert.Empty(await grace.ListAsync());
        // The reconciler is woken with each change: it tells the session.
        Assert.Empty(core.Engine.Woken[repl.Id].Members);
    }

    [Fact]
    public async Task A_member_leaves_and_an_owner_does_not()
    {
        await using var core = await CoreHost.StartAsync(stores, bucket: "sharing-leave");
        using var ada = await Browser.SignedInAsync(core);
        using var grace = await Browser.SignedInAsync(core, "grace");
        var repl = await ada.CreateAsync();
        await SetAsync(ada, repl, "local-grace", Role.Viewer);
        Assert.Equal(HttpStatusCode.NoContent, await StatusAsync(grace, HttpMethod.Delete, $"/api/repls/{repl.Id}/membership"));
        Assert.Equal(HttpStatusCode.NotFound, await StatusAsync(grace, HttpMethod.Get, $"/api/repls/{repl.Id}"));
        Assert.Equal(HttpStatusCode.Conflict, await StatusAsync(ada, HttpMethod.Delete, $"/api/repls/{repl.Id}/membership"));
    }

    [Theory]
    [InlineData("local-ada", Role.Viewer, HttpStatusCode.Conflict)]
    [InlineData("local-grace", Role.Owner, HttpStatusCode.BadRequest)]
    [InlineData("local-grace", (Role)7, HttpStatusCode.BadRequest)]
    [InlineData("nobody", Role.Viewer, HttpStatusCode.BadRequest)]
    public async Task What_is_no_member_or_no_role_is_refused(string user, Role role, HttpStatusCode expected)
    {
        await using var core = await CoreHost.StartAsync(stores, bucket: "sharing-refused");
        using var ada = await Browser.SignedInAsync(core);
        var repl = await ada.CreateAsync();
        Assert.Equal(expected, await SetAsync(ada, repl, user, role));
        Assert.Empty((await ada.GetAsync($"/api/repls/{repl.Id}")).Members);
        Assert.Equal(HttpStatusCode.NoContent, await StatusAsync(ada, HttpMethod.Delete, $"/api/repls/{repl.Id}"));
    }

    [Fact]
    public async Task Fifty_members_and_no_more_however_many_are_given_at_once()
    {
        await using var core = await CoreHost.StartAsync(stores, bucket: "sharing-many");
        using var ada = await Browser.SignedInAsync(core);
        var repl = await ada.CreateAsync();
        await core.Services.GetRequiredService<ReplRecords>().UpdateAsync(
            UserId.Local("ada"), repl.Id,
            record => record with { Members = Enumerable.Range(0, 48).ToDictionary(n => $"github-{n}", _ => Role.Viewer) }, Cancelled);
        var answers = await Task.WhenAll(Enumerable.Range(100, 5).Select(n => SetAsync(ada, repl, $"github-{n}", Role.Viewer)));
        Assert.Equal(2, answers.Count(status => status == HttpStatusCode.OK));
        Assert.Equal(3, answers.Count(status => status == HttpStatusCode.Conflict));
        Assert.Equal(50, (await ada.GetAsync($"/api/repls/{repl.Id}")).Members.Count);
    }

    [Fact]
    public async Task A_link_shows_its_offer_gives_its_role_and_ends_when_it_is_revoked()
    {
        await using var core = await CoreHost.StartAsync(stores, bucket: "links-offer");
        using var ada = await Browser.SignedInAsync(core);
        using var grace = await Browser.SignedInAsync(core, "grace");
        using var linus = await Browser.SignedInAsync(core, "linus");
        var repl = await ada.CreateAsync(name: "game");
        var link = await ReadAsync<NewShareLink>(ada, HttpMethod.Post, $"/api/repls/{repl.Id}/links", new CreateShareLink(Role.Editor, 3));
        Assert.StartsWith("http://localhost:8080/join#", link.Url, StringComparison.Ordinal);
        Assert.Equal(TimeSpan.FromDays(3), link.Link.ExpiresAt - link.Link.CreatedAt);
        var code = new ShareCode(link.Url[(link.Url.IndexOf('#', StringComparison.Ordinal) + 1)..]);

        var offer = await ReadAsync<ShareOffer>(grace, HttpMethod.Post, "/api/share/offer", code);
        Assert.Equal(("game", "local-ada", Role.Editor, null), (offer.Name, offer.Owner.Id.ToString(), offer.Role, offer.Present));
        // Reading the offer gave nothing.
        Assert.Equal(HttpStatusCode.NotFound, await StatusAsync(grace, HttpMethod.Get, $"/api/repls/{repl.Id}"));
        Assert.Equal(Role.Editor, (await ReadAsync<Repl>(grace, HttpMethod.Post, "/api/share/redeem", code)).Role);
        Assert.Equal(Role.Editor, (await grace.GetAsync($"/api/repls/{repl.Id}")).Role);
        Assert.Equal(repl.Id, Assert.Single(await grace.ListAsync()).Id);
        Assert.Single(core.Engine.Woken[repl.Id].Members);

        var listed = await ReadAsync<ShareLinkList>(ada, HttpMethod.Get, $"/api/repls/{repl.Id}/links");
        Assert.Equal(link.Link.Id, Assert.Single(listed.Links).Id);
        Assert.Equal(HttpStatusCode.Forbidden, await StatusAsync(grace, HttpMethod.Get, $"/api/repls/{repl.Id}/links"));
        Assert.Equal(HttpStatusCode.NoContent, await StatusAsync(ada, HttpMethod.Delete, $"/api/repls/{repl.Id}/links/{link.Link.Id}"));
        Assert.Equal(HttpStatusCode.NotFound, await StatusAsync(linus, HttpMethod.Post, "/api/share/offer", code));
        Assert.Equal(HttpStatusCode.NotFound, await StatusAsync(linus, HttpMethod.Post, "/api/share/redeem", code));
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(grace, HttpMethod.Get, $"/api/repls/{repl.Id}"));
    }

    [Fact]
    public async Task A_link_takes_nothing_from_who_has_more_already()
    {
        await using var core = await CoreHost.StartAsync(stores, bucket: "links-more");
        using var ada = await Browser.SignedInAsync(core);
        using var grace = await Browser.SignedInAsync(core, "grace");
        var repl = await ada.CreateAsync();
        var code = await LinkAsync(ada, repl, Role.Viewer);
        await SetAsync(ada, repl, "local-grace", Role.Editor);
        Assert.Equal(Role.Editor, (await ReadAsync<Repl>(grace, HttpMethod.Post, "/api/share/redeem", code)).Role);
        Assert.Equal(Role.Owner, (await ReadAsync<Repl>(ada, HttpMethod.Post, "/api/share/redeem", code)).Role);
        Assert.Single((await ada.GetAsync($"/api/repls/{repl.Id}")).Members);
    }

    [Fact]
    public async Task A_code_that_is_wrong_expired_or_of_a_deleted_repl_is_one_and_the_same()
    {
        await using var core = await CoreHost.StartAsync(stores, bucket: "links-codes");
        using var ada = await Browser.SignedInAsync(core);
        using var grace = await Browser.SignedInAsync(core, "grace");
        var repl = await ada.CreateAsync();
        var good = await LinkAsync(ada, repl, Role.Viewer);
        var expired = await LinkAsync(ada, repl, Role.Viewer);
        await core.Services.GetRequiredService<ReplRecords>().UpdateAsync(
            UserId.Local("ada"), repl.Id, record => record with { Links = [record.Links[0], record.Links[1] with { ExpiresAt = DateTimeOffset.UtcNow }] }, Cancelled);
        var trashed = await ada.CreateAsync();
        var ofTrashed = await LinkAsync(ada, trashed, Role.Viewer);
        (await ada.SendAsync(HttpMethod.Delete, $"/api/repls/{trashed.Id}")).Dispose();
        var other = await ada.CreateAsync();

        string?[] codes =
        [
            null, "", "x", good.Code[..^1], good.Code + "x", $"{other.Id}{good.Code[12..]}", $"{ReplId.New()}{good.Code[12..]}", expired.Code, ofTrashed.Code, new string('a', 5000),
        ];
        var bodies = new HashSet<string>();
        foreach (var code in codes)
        {
            foreach (var path in new[] { "/api/share/offer", "/api/share/redeem" })
            {
                using var answer = await grace.PostAsync(path, new { code });
                Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
                var text = await answer.Content.ReadAsStringAsync(Cancelled);
                bodies.Add(text[..text.IndexOf("traceId", StringComparison.Ordinal)]);
            }
        }
        Assert.Single(bodies);
        Assert.Empty(await grace.ListAsync());
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(grace, HttpMethod.Post, "/api/share/redeem", good));
    }

    [Theory]
    [InlineData(Role.Owner, 7, "role")]
    [InlineData(Role.Viewer, 0, "days")]
    [InlineData(Role.Viewer, 91, "days")]
    public async Task A_link_of_an_owner_or_without_an_end_is_refused(Role role, int days, string field)
    {
        await using var core = await CoreHost.StartAsync(stores, bucket: "links-refused");
        using var ada = await Browser.SignedInAsync(core);
        var repl = await ada.CreateAsync();
        using var answer = await ada.PostAsync($"/api/repls/{repl.Id}/links", new CreateShareLink(role, days));
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Contains($"\"{field}\":[", await answer.Content.ReadAsStringAsync(Cancelled), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.NoContent, await StatusAsync(ada, HttpMethod.Delete, $"/api/repls/{repl.Id}"));
    }

    private static async Task<ShareCode> LinkAsync(Browser owner, Repl repl, Role role)
    {
        var link = await ReadAsync<NewShareLink>(owner, HttpMethod.Post, $"/api/repls/{repl.Id}/links", new CreateShareLink(role));
        return new ShareCode(link.Url[(link.Url.IndexOf('#', StringComparison.Ordinal) + 1)..]);
    }

    private static Task<HttpStatusCode> SetAsync(Browser browser, Repl repl, string user, Role role) =>
        StatusAsync(browser, HttpMethod.Put, $"/api/repls/{repl.Id}/members/{user}", new SetMember(role));

    private static async Task<HttpStatusCode> StatusAsync(Browser browser, HttpMethod method, string path, object? body = null)
    {
        using var answer = await browser.SendAsync(method, path, body is null ? null : JsonContent.Create(body, body.GetType()));
        return answer.StatusCode;
    }

    private static async Task<T> ReadAsync<T>(Browser browser, HttpMethod method, string path, object? body = null)
    {
        using var answer = await browser.SendAsync(method, path, body is null ? null : JsonContent.Create(body, body.GetType()));
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync(Cancelled));
        return (T)(await answer.Content.ReadFromJsonAsync(typeof(T), ApiJson.Default, Cancelled))!;
    }
}
