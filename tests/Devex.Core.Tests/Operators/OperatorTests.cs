using System.Net;
using System.Net.Http.Json;
using Devex.Contracts;
using Devex.Contracts.Api;
using Devex.Core.Access;
using Devex.Core.Sessions;
using Devex.Core.Sessions.Store;
using Devex.Core.Tests.Fixtures;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Devex.Core.Tests.Operators;

[Trait("Tier", "integration")]
public sealed class OperatorTests(Stores stores)
{
    private static readonly Dictionary<string, string?> Grace = new() { ["Auth:Operators"] = "local-grace" };

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Nobody_but_an_operator_reaches_an_operators_route()
    {
        await using var core = await CoreHost.StartAsync(stores, settings: Grace, bucket: "operators");
        using var ada = await Browser.SignedInAsync(core);
        var repl = await ada.CreateAsync();
        foreach (var line in RouteTable.All.Where(line => line.Audience == RouteAudience.Operator))
        {
            var path = line.Pattern.Replace("{replId}", repl.Id.ToString(), StringComparison.Ordinal).Replace("{userId}", "local-grace", StringComparison.Ordinal);
            using var answer = await ada.SendAsync(new HttpMethod(line.Method), path);
            Assert.True(answer.StatusCode == HttpStatusCode.Forbidden, $"{line.Method} {path}: {answer.StatusCode}");
            Assert.Contains("auth.operator", await answer.Content.ReadAsStringAsync(Cancelled), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task An_operator_lists_and_stops_the_sessions_of_others_and_each_act_is_logged()
    {
        await using var core = await CoreHost.StartAsync(stores, settings: Grace, bucket: "operators-list");
        using var ada = await Browser.SignedInAsync(core);
        using var grace = await Browser.SignedInAsync(core, "grace");
        var repl = await RunningAsync(core, ada);

        var listed = Assert.Single((await GetAsync<OperatorSessionList>(grace, "/api/operator/sessions")).Sessions);
        Assert.Equal((repl.Id, "local-ada", "node", ReplState.Running), (listed.Id, listed.Owner.Id.ToString(), listed.Template, listed.State));
        using var stopped = await grace.SendAsync(HttpMethod.Post, $"/api/operator/repls/{repl.Id}/stop");
        Assert.Equal(HttpStatusCode.Accepted, stopped.StatusCode);
        Assert.Equal(ReplState.Stopped, (await ada.GetAsync($"/api/repls/{repl.Id}")).State);
        using var unknown = await grace.SendAsync(HttpMethod.Post, $"/api/operator/repls/{ReplId.New()}/stop");
        Assert.Equal(HttpStatusCode.NotFound, unknown.StatusCode);
        Assert.Contains(core.Logged, line => line.Contains("Operator local-grace listed 1 sessions", StringComparison.Ordinal));
        Assert.Contains(core.Logged, line => line.Contains($"Operator local-grace stops {repl.Id} of local-ada", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Force_says_what_is_lost_and_marks_the_session_for_its_reconciler()
    {
        await using var core = await CoreHost.StartAsync(stores, settings: Grace, bucket: "operators-force");
        using var ada = await Browser.SignedInAsync(core);
        using var grace = await Browser.SignedInAsync(core, "grace");
        var repl = await RunningAsync(core, ada, new SavedState(7, DateTimeOffset.UnixEpoch, 1, 1, "00", null, []));
        using var forced = await grace.SendAsync(HttpMethod.Post, $"/api/operator/repls/{repl.Id}/force");
        Assert.Equal(HttpStatusCode.Accepted, forced.StatusCode);
        var end = (await forced.Content.ReadFromJsonAsync(ApiJson.Default.ForcedEnd, Cancelled))!;
        Assert.Equal(7, end.Saved!.Root);
        Assert.Contains("after 1970-01-01 00:00:00Z", end.Lost, StringComparison.Ordinal);
        Assert.Equal(UserId.Local("grace"), (await core.Services.GetRequiredService<ISessionStore>().FindAsync(repl.Id, Cancelled))!.ForcedBy);
        Assert.Equal(Core.Repls.DesiredState.Stopped, (await core.Services.GetRequiredService<Core.Repls.ReplRecords>().FindAsync(repl.Id, Cancelled))!.Desired);
        Assert.Contains(core.Logged, line => line.Contains($"Operator local-grace ends the session of {repl.Id} of local-ada by force. Lost: ", StringComparison.Ordinal));

        var idle = await ada.CreateAsync();
        using var refused = await grace.SendAsync(HttpMethod.Post, $"/api/operator/repls/{idle.Id}/force");
        Assert.Equal(HttpStatusCode.Conflict, refused.StatusCode);
    }

    [Fact]
    public async Task Whoever_is_suspended_gets_in_by_nothing_until_it_is_lifted()
    {
        await using var core = await CoreHost.StartAsync(stores, settings: Grace, bucket: "operators-suspend");
        using var ada = await Browser.SignedInAsync(core);
        using var grace = await Browser.SignedInAsync(core, "grace");
        var repl = await RunningAsync(core, ada);
        using var made = await ada.PostAsync("/api/tokens", new CreateApiToken("program", TokenScope.Write));
        var bearer = "Bearer " + (await made.Content.ReadFromJsonAsync(ApiJson.Default.NewApiToken, Cancelled))!.Secret;

        using var suspended = await grace.SendAsync(HttpMethod.Put, "/api/operator/users/local-ada/suspension");
        Assert.Equal([repl.Id], (await suspended.Content.ReadFromJsonAsync(ApiJson.Default.Suspension, Cancelled))!.Stopping);
        Assert.Equal(Core.Repls.DesiredState.Stopped, core.Engine.Woken[repl.Id].Desired);
        foreach (var authorization in new[] { null, bearer, "Bearer " + Assertions.User("local-ada") })
        {
            using var answer = await ada.SendAsync(HttpMethod.Get, "/api/me", headers: new Dictionary<string, string?> { ["Authorization"] = authorization });
            Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
            Assert.Contains("auth.suspended", await answer.Content.ReadAsStringAsync(Cancelled), StringComparison.Ordinal);
        }
        Assert.Equal(HttpStatusCode.Forbidden, (await ada.ConnectAsync()).Status);
        // Signing in again changes nothing.
        (await ada.SignInAsync("ada")).Dispose();
        using var again = await ada.SendAsync(HttpMethod.Get, "/api/me");
        Assert.Equal(HttpStatusCode.Forbidden, again.StatusCode);

        using var lifted = await grace.SendAsync(HttpMethod.Delete, "/api/operator/users/local-ada/suspension");
        Assert.Equal(HttpStatusCode.NoContent, lifted.StatusCode);
        using var me = await ada.SendAsync(HttpMethod.Get, "/api/me");
        Assert.Equal(HttpStatusCode.OK, me.StatusCode);
        Assert.Contains(core.Logged, line => line.Contains("Operator local-grace suspends local-ada, whose 1 sessions are stopped", StringComparison.Ordinal));
        Assert.Contains(core.Logged, line => line.Contains("Operator local-grace lets local-ada in again", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Nobody_starts_the_repl_of_a_suspended_owner_and_an_operator_does_not_lock_himself_out()
    {
        await using var core = await CoreHost.StartAsync(stores, settings: Grace, bucket: "operators-owner");
        using var ada = await Browser.SignedInAsync(core);
        using var grace = await Browser.SignedInAsync(core, "grace");
        var repl = await ada.CreateAsync();
        using var shared = await ada.SendAsync(HttpMethod.Put, $"/api/repls/{repl.Id}/members/local-grace", JsonContent.Create(new SetMember(Role.Editor), ApiJson.Default.SetMember));
        using var suspended = await grace.SendAsync(HttpMethod.Put, "/api/operator/users/local-ada/suspension");
        using var started = await grace.SendAsync(HttpMethod.Post, $"/api/repls/{repl.Id}/start");
        Assert.Equal(HttpStatusCode.Conflict, started.StatusCode);
        Assert.Contains("repl.ownerSuspended", await started.Content.ReadAsStringAsync(Cancelled), StringComparison.Ordinal);
        using var self = await grace.SendAsync(HttpMethod.Put, "/api/operator/users/local-grace/suspension");
        Assert.Equal(HttpStatusCode.Conflict, self.StatusCode);
        using var nobody = await grace.SendAsync(HttpMethod.Put, "/api/operator/users/local-nobody/suspension");
        Assert.Equal(HttpStatusCode.NotFound, nobody.StatusCode);
    }

    /// <summary>A REPL that runs, as its session's record tells.</summary>
    private static async Task<Repl> RunningAsync(CoreHost core, Browser owner, SavedState? saved = null)
    {
        var repl = await owner.CreateAsync();
        (await owner.SendAsync(HttpMethod.Post, $"/api/repls/{repl.Id}/start")).Dispose();
        await core.Services.GetRequiredService<ISessionStore>().UpdateAsync(
            repl.Id,
            _ => new SessionRecord { Owner = repl.Owner.Id, Id = repl.Id, Session = "session", Phase = SessionPhase.Running, ReadyAt = DateTimeOffset.UnixEpoch, Saved = saved },
            CancellationToken.None);
        return repl;
    }

    private static async Task<T> GetAsync<T>(Browser browser, string path)
    {
        using var answer = await browser.SendAsync(HttpMethod.Get, path);
        return (T)(await answer.Content.ReadFromJsonAsync(typeof(T), ApiJson.Default, Cancelled))!;
    }
}
