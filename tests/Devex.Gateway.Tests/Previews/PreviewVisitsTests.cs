using System.Net;
using System.Net.Http.Json;
using Devex.Contracts;
using Devex.Contracts.Api;
using Devex.Contracts.Gateway;
using Devex.Gateway.Previews;
using Devex.Gateway.Sessions;
using Devex.ServiceDefaults.Tokens;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Devex.Gateway.Tests.Previews;

/// <summary>Who may be at a preview, by what Core said last.</summary>
public sealed class PreviewVisitsTests : IDisposable
{
    private static readonly ReplId Repl = ReplId.Parse("abcdefghjkmn");
    private static readonly UserId Ada = UserId.Local("ada");

    private readonly FakeTimeProvider _time = new();
    private readonly StubCore _core = new();
    private readonly SessionLocations _locations;
    private readonly PreviewVisits _visits;

    public PreviewVisitsTests()
    {
        _locations = new SessionLocations(new GatewayCore(_core, new ServiceTokens(new string('k', 40), "devex gateway assertion", _time)), _time);
        _visits = new PreviewVisits(_locations, _time);
    }

    public void Dispose() => _core.Dispose();

    [Fact]
    public void A_link_admits_to_its_port_while_it_is_there_and_not_over()
    {
        var now = _time.GetUtcNow();
        var pass = new PreviewPass(null, "one", now.AddHours(1));
        Assert.True(pass.Admits(At(new OpenPreviewLink(3000, "one", null)), 3000, now));
        Assert.True(pass.Admits(At(new OpenPreviewLink(3000, "one", now.AddTicks(1))), 3000, now));
        Assert.False(pass.Admits(At(new OpenPreviewLink(3000, "one", now)), 3000, now));
        Assert.False(pass.Admits(At(new OpenPreviewLink(3000, "two", null)), 3000, now));
        Assert.False(pass.Admits(At(new OpenPreviewLink(3001, "one", null)), 3000, now));
        Assert.False(pass.Admits(At(), 3000, now));
        // A Core that does not know of links has none.
        Assert.False(pass.Admits(At() with { PreviewLinks = null }, 3000, now));
    }

    [Fact]
    public void A_person_is_admitted_who_is_among_the_people()
    {
        var now = _time.GetUtcNow();
        var pass = new PreviewPass(Ada, null, now.AddHours(1));
        Assert.True(pass.Admits(At(), 3000, now));
        Assert.False(pass.Admits(At() with { People = [UserId.Local("grace")] }, 3000, now));
        Assert.False(pass.Admits(At() with { People = null }, 3000, now));
    }

    [Fact]
    public async Task What_is_open_ends_with_the_cookie_or_with_an_earlier_link()
    {
        var now = _time.GetUtcNow();
        var (guest, member) = (new PreviewPass(null, "one", now.AddHours(12)), new PreviewPass(Ada, null, now.AddHours(12)));
        Assert.Equal(now.AddHours(12), member.EndIn(At(), 3000));
        Assert.Equal(now.AddHours(12), guest.EndIn(At(new OpenPreviewLink(3000, "one", null)), 3000));
        Assert.Equal(now.AddHours(12), guest.EndIn(At(new OpenPreviewLink(3000, "one", now.AddDays(2))), 3000));
        Assert.Equal(now.AddHours(2), guest.EndIn(At(new OpenPreviewLink(3000, "one", now.AddHours(2))), 3000));

        using var visit = _visits.Begin(Repl, 3000, member, TestContext.Current.CancellationToken);
        visit.EndAfter(TimeSpan.Zero);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Task.Delay(TimeSpan.FromMinutes(1), visit.Token));
        Assert.True(visit.IsCut);
    }

    [Fact]
    public async Task A_check_cuts_off_whose_link_is_gone_and_nobody_else()
    {
        _core.Answer = () => At(new OpenPreviewLink(3000, "one", null));
        var (cancelled, other) = (TestContext.Current.CancellationToken, ReplId.New());
        using var gone = _visits.Begin(Repl, 3000, new PreviewPass(null, "old", _time.GetUtcNow()), cancelled);
        using var stays = _visits.Begin(Repl, 3000, new PreviewPass(null, "one", _time.GetUtcNow()), cancelled);
        using var person = _visits.Begin(Repl, 3000, new PreviewPass(Ada, null, _time.GetUtcNow()), cancelled);
        using var elsewhere = _visits.Begin(other, 3000, new PreviewPass(null, "old", _time.GetUtcNow()), cancelled);
        await _visits.CheckAsync(Repl, cancelled);
        Assert.Equal((true, false, false, false), (gone.IsCut, stays.IsCut, person.IsCut, elsewhere.IsCut));
        await _visits.CheckAsync(null, cancelled);
        Assert.True(elsewhere.IsCut);
    }

    [Fact]
    public async Task A_check_while_core_is_away_cuts_off_nobody_and_the_next_one_does()
    {
        _core.Answer = () => throw new HttpRequestException("Core is away.");
        var cancelled = TestContext.Current.CancellationToken;
        using var visit = _visits.Begin(Repl, 3000, new PreviewPass(null, "old", _time.GetUtcNow()), cancelled);
        await _visits.CheckAsync(Repl, cancelled);
        Assert.False(visit.IsCut);
        _core.Answer = () => At();
        await _visits.CheckAsync(null, cancelled);
        Assert.True(visit.IsCut);
    }

    [Fact]
    public void A_visit_that_is_over_is_cut_off_no_more()
    {
        var visit = _visits.Begin(Repl, 3000, new PreviewPass(null, "old", _time.GetUtcNow()), TestContext.Current.CancellationToken);
        visit.Dispose();
        visit.Cut();
    }

    [Fact]
    public async Task An_answer_that_was_on_its_way_during_a_change_is_not_remembered()
    {
        var cancelled = TestContext.Current.CancellationToken;
        _core.Answer = () =>
        {
            _core.Answer = () => At();
            var stale = At(new OpenPreviewLink(3000, "one", null));
            _locations.Forget(Repl);
            return stale;
        };
        Assert.Single((await _locations.FindAsync(Repl, cancelled))!.PreviewLinks!);
        Assert.Empty((await _locations.FindAsync(Repl, cancelled))!.PreviewLinks!);
    }

    private SessionLocation At(params OpenPreviewLink[] links) =>
        new(Repl, Ada, "one", "unix:/x", "", _time.GetUtcNow() + TimeSpan.FromMinutes(5), [Ada], links);

    private sealed class StubCore : HttpMessageHandler, IHttpClientFactory
    {
        public Func<SessionLocation?> Answer { get; set; } = () => null;

        public HttpClient CreateClient(string name) => new(this, disposeHandler: false) { BaseAddress = new Uri("http://core") };

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) => Task.FromResult(
            Answer() is { } location
                ? new HttpResponseMessage { Content = JsonContent.Create(location, ApiJson.Default.SessionLocation) }
                : new HttpResponseMessage(HttpStatusCode.NotFound));
    }
}
