using System.Net;
using System.Net.WebSockets;
using Devex.Contracts;
using Devex.Contracts.Api;
using Devex.Gateway.Tests.Fixtures;
using Xunit;

namespace Devex.Gateway.Tests.Previews;

/// <summary>Visitors without an account at a port that is open by link, with a real Core that says who may.</summary>
[Trait("Tier", "integration")]
public sealed class PreviewLinkTests(Stack stack)
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private static readonly string[] Page = ["Sec-Fetch-Mode: navigate", "Sec-Fetch-Site: none"];

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_visitor_by_link_sees_its_port_and_gets_nothing_else()
    {
        var (client, ada, alan) = await stack.StartAsync();
        var secret = await ada.OpenAsync();
        using var entered = await ada.FollowAsync(secret);
        Assert.Equal(HttpStatusCode.SeeOther, entered.StatusCode);
        Assert.Equal("no-store", entered.Headers.CacheControl!.ToString());
        var set = Assert.Single(entered.Headers.GetValues("Set-Cookie"));
        Assert.Matches("^__Host-devex-preview=[^;]+; Path=/; Secure; HttpOnly; SameSite=None; Partitioned; Expires=[^;]+ GMT$", set);
        Assert.DoesNotContain(secret, set, StringComparison.Ordinal);
        var cookie = "Cookie: " + set.Split(';')[0];

        using var page = await client.GetAsync(ada.Preview, cookie);
        Assert.Equal(HttpStatusCode.OK, page.StatusCode);
        Assert.Equal("noindex, nofollow", Assert.Single(page.Headers.GetValues("X-Robots-Tag")));
        var mirror = Mirror.Parse(await page.Content.ReadAsStringAsync(Cancelled));
        Assert.Equal("local-ada", mirror.Name);
        Assert.Null(mirror.Header("cookie"));

        // Neither another port, nor another REPL, nor the session itself.
        foreach (var elsewhere in (string[])[client.PreviewOrigin(ada.Id, 3001), alan.Preview])
        {
            using var refused = await client.GetAsync(elsewhere, cookie);
            Assert.Equal(HttpStatusCode.Unauthorized, refused.StatusCode);
        }
        using var session = await client.GetAsync(client.ReplOrigin(ada.Id) + "/session", cookie);
        Assert.Equal(HttpStatusCode.Unauthorized, session.StatusCode);
        // Forged requests are forged for visitors too.
        using var forged = await client.SendAsync(HttpMethod.Post, ada.Preview, null, cookie, "Sec-Fetch-Mode: cors", "Sec-Fetch-Site: cross-site", "Origin: https://evil.example");
        Assert.Equal(HttpStatusCode.Forbidden, forged.StatusCode);
    }

    [Fact]
    public async Task The_links_page_holds_no_secret_and_runs_its_own_script_alone()
    {
        var (client, ada, _) = await stack.StartAsync();
        using var page = await client.GetAsync(ada.Preview + "/.devex/link", Page);
        Assert.Equal(HttpStatusCode.OK, page.StatusCode);
        var policy = page.Headers.GetValues("Content-Security-Policy").Single();
        Assert.Matches("^default-src 'none'; .*script-src 'nonce-[\\w-]{22}'; form-action 'self'; frame-ancestors 'none'", policy);
        Assert.Equal("no-referrer", page.Headers.GetValues("Referrer-Policy").Single());
        Assert.Equal("noindex, nofollow", page.Headers.GetValues("X-Robots-Tag").Single());
        Assert.False(page.Headers.Contains("Set-Cookie"));
        Assert.Contains("location.hash", await page.Content.ReadAsStringAsync(Cancelled), StringComparison.Ordinal);
        using var again = await client.GetAsync(ada.Preview + "/.devex/link", Page);
        Assert.NotEqual(policy, again.Headers.GetValues("Content-Security-Policy").Single());
    }

    [Fact]
    public async Task A_secret_that_is_wrong_or_of_elsewhere_opens_nothing()
    {
        var (client, ada, alan) = await stack.StartAsync();
        var secret = await ada.OpenAsync();
        (string Secret, string Origin)[] attempts =
        [
            ("none", ada.Preview), (new string('A', 43), ada.Preview), (new string('A', 2000), ada.Preview), (secret, alan.Preview), (secret, client.PreviewOrigin(ada.Id, 3001)),
            (secret, client.PreviewOrigin(ReplId.New(), 3000)),
        ];
        foreach (var (attempt, origin) in attempts)
        {
            using var refused = await ada.FollowAsync(attempt, origin);
            Assert.Equal(HttpStatusCode.Forbidden, refused.StatusCode);
            Assert.False(refused.Headers.Contains("Set-Cookie"));
            Assert.Contains("This link does not open anything", await refused.Content.ReadAsStringAsync(Cancelled), StringComparison.Ordinal);
        }
        using var byQuery = await client.GetAsync($"{ada.Preview}/.devex/enter?link={secret}");
        Assert.Equal(HttpStatusCode.BadRequest, byQuery.StatusCode);
    }

    [Fact]
    public async Task Making_a_port_private_ends_what_visitors_have_open_and_not_what_members_have()
    {
        var (client, ada, _) = await stack.StartAsync();
        var secret = await ada.OpenAsync();
        var (visitor, member) = (await ada.FollowInAsync(secret), await ada.SignInAsync());
        var (socket, _) = await client.ConnectAsync(ada.Preview + "/stay", visitor, $"Origin: {ada.Preview}");
        var (theirs, _) = await client.ConnectAsync(ada.Preview + "/stay", member, $"Origin: {ada.Preview}");
        using var stream = await StreamAsync(client, ada.Preview + "/stream", visitor);

        await client.ChangeCoreAsync(HttpMethod.Delete, $"/api/repls/{ada.Id}/previews/3000/link", ada.User);
        await EndsAsync(socket!);
        await Assert.ThrowsAnyAsync<Exception>(() => stream.ReadToEndAsync(Cancelled).WaitAsync(Patience, Cancelled));
        Assert.Equal(WebSocketState.Open, theirs!.State);
        theirs.Dispose();

        using var page = await client.GetAsync(ada.Preview, [visitor, .. Page]);
        Assert.Equal(HttpStatusCode.Forbidden, page.StatusCode);
        var text = await page.Content.ReadAsStringAsync(Cancelled);
        Assert.Contains("This link does not open anything", text, StringComparison.Ordinal);
        Assert.Contains($"{client.WebOrigin}/preview/{ada.Id}/3000", text, StringComparison.Ordinal);
        using var part = await client.GetAsync(ada.Preview, visitor, "Sec-Fetch-Mode: cors", "Sec-Fetch-Site: same-origin");
        Assert.Equal(HttpStatusCode.Unauthorized, part.StatusCode);
        using var followed = await ada.FollowAsync(secret);
        Assert.Equal(HttpStatusCode.Forbidden, followed.StatusCode);
        using var still = await client.GetAsync(ada.Preview, member);
        Assert.Equal(HttpStatusCode.OK, still.StatusCode);
    }

    [Fact]
    public async Task Another_link_of_a_port_ends_the_visits_of_the_one_before()
    {
        var (client, ada, _) = await stack.StartAsync();
        var before = await ada.FollowInAsync(await ada.OpenAsync());
        var now = await ada.FollowInAsync(await ada.OpenAsync());
        Assert.Equal(HttpStatusCode.Forbidden, await StatusOfPageAsync(client, ada, before));
        Assert.Equal(HttpStatusCode.OK, await StatusOfPageAsync(client, ada, now));
    }

    [Fact]
    public async Task A_member_who_is_removed_is_out_of_the_preview_at_once()
    {
        var (client, ada, alan) = await stack.StartAsync();
        await client.AskCoreAsync<Member>(HttpMethod.Put, $"/api/repls/{ada.Id}/members/{alan.User}", ada.User, new SetMember(Role.Viewer));
        var cookie = await ada.SignInAsync(user: alan.User);
        Assert.Equal(HttpStatusCode.OK, await StatusOfPageAsync(client, ada, cookie));
        var (socket, _) = await client.ConnectAsync(ada.Preview + "/stay", cookie, $"Origin: {ada.Preview}");

        await client.ChangeCoreAsync(HttpMethod.Delete, $"/api/repls/{ada.Id}/members/{alan.User}", ada.User);
        await EndsAsync(socket!);
        // To Web, which says what it says to everybody.
        Assert.Equal(HttpStatusCode.Found, await StatusOfPageAsync(client, ada, cookie));
    }

    [Fact]
    public async Task A_link_shows_that_the_repl_is_stopped_and_works_again_when_it_runs()
    {
        var (client, _, _) = await stack.StartAsync();
        await using var repl = await RunningRepl.StartAsync(client, "local-linus");
        var secret = await repl.OpenAsync();
        var cookie = await repl.FollowInAsync(secret);
        Assert.Equal(HttpStatusCode.OK, await StatusOfPageAsync(client, repl, cookie));
        await client.AskCoreAsync<Repl>(HttpMethod.Post, $"/api/repls/{repl.Id}/stop", repl.User);
        await client.WaitForAsync(repl.Id, repl.User, ReplState.Stopped);
        using (var page = await client.GetAsync(repl.Preview, [cookie, .. Page]))
        {
            Assert.Equal(HttpStatusCode.NotFound, page.StatusCode);
            var text = await page.Content.ReadAsStringAsync(Cancelled);
            Assert.Contains("not running at the moment", text, StringComparison.Ordinal);
            Assert.DoesNotContain("dashboard", text, StringComparison.Ordinal);
        }
        // Following it is no way to find out whether it runs either.
        using (var followed = await repl.FollowAsync(secret))
            Assert.Equal(HttpStatusCode.SeeOther, followed.StatusCode);

        await using var again = await RunningRepl.StartAsync(client, repl.User, mirror: true, existing: repl.Id);
        Assert.Equal(HttpStatusCode.OK, await StatusOfPageAsync(client, again, cookie));
    }

    private static async Task<HttpStatusCode> StatusOfPageAsync(GatewayClient client, RunningRepl repl, string cookie)
    {
        using var page = await client.GetAsync(repl.Preview, [cookie, .. Page]);
        return page.StatusCode;
    }

    /// <summary>Opens an answer that does not end, once its beginning is there.</summary>
    private static async Task<StreamReader> StreamAsync(GatewayClient client, string url, string cookie)
    {
        var answer = await client.SendAsync(HttpMethod.Get, url, null, cookie);
        var reader = new StreamReader(await answer.Content.ReadAsStreamAsync(Cancelled));
        var begun = new char[5];
        Assert.Equal(5, await reader.ReadBlockAsync(begun.AsMemory(), Cancelled).AsTask().WaitAsync(Patience, Cancelled));
        Assert.Equal("begun", new string(begun));
        return reader;
    }

    private static async Task EndsAsync(WebSocket socket)
    {
        using (socket)
            await Assert.ThrowsAsync<WebSocketException>(() => socket.ReceiveAsync(new byte[16], Cancelled).WaitAsync(Patience, Cancelled));
    }
}
