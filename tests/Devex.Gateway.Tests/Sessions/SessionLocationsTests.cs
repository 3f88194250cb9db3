using System.Net;
using System.Net.Http.Json;
using Devex.Contracts;
using Devex.Contracts.Api;
using Devex.Contracts.Gateway;
using Devex.Gateway.Sessions;
using Devex.ServiceDefaults.Tokens;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Devex.Gateway.Tests.Sessions;

public sealed class SessionLocationsTests : IDisposable
{
    private static readonly ReplId Repl = ReplId.Parse("abcdefghjkmn");

    private readonly FakeTimeProvider _time = new();
    private readonly StubCore _core = new();
    private readonly SessionLocations _locations;

    public SessionLocationsTests() =>
        _locations = new SessionLocations(new GatewayCore(_core, new ServiceTokens(new string('k', 40), "devex gateway assertion", _time)), _time);

    public void Dispose() => _core.Dispose();

    [Fact]
    public async Task A_location_is_asked_once_in_30_seconds()
    {
        _core.Answer = () => At("one", _time.GetUtcNow() + TimeSpan.FromMinutes(5));
        Assert.Equal("one", await FindAsync());
        _core.Answer = () => At("two", _time.GetUtcNow() + TimeSpan.FromMinutes(5));
        _time.Advance(TimeSpan.FromSeconds(29));
        Assert.Equal("one", await FindAsync());
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal("two", await FindAsync());
        Assert.Equal(2, _core.Asked);
    }

    [Fact]
    public async Task What_is_forgotten_is_asked_again_at_once()
    {
        _core.Answer = () => At("one", _time.GetUtcNow() + TimeSpan.FromMinutes(5));
        await FindAsync();
        _core.Answer = () => null;
        _locations.Forget(Repl);
        Assert.Null(await FindAsync());
    }

    [Fact]
    public async Task After_a_dial_that_failed_core_says_whether_a_session_runs()
    {
        _core.Answer = () => At("one", _time.GetUtcNow() + TimeSpan.FromMinutes(5));
        await FindAsync();
        Assert.False(await _locations.IsGoneAsync(Repl, CancellationToken.None));
        _core.Answer = () => throw new HttpRequestException("Core is out of reach.");
        Assert.False(await _locations.IsGoneAsync(Repl, CancellationToken.None));
        _core.Answer = () => null;
        Assert.True(await _locations.IsGoneAsync(Repl, CancellationToken.None));
    }

    [Fact]
    public async Task An_absence_is_remembered_for_a_second_only()
    {
        _core.Answer = () => null;
        await FindAsync();
        await FindAsync();
        Assert.Equal(1, _core.Asked);
        _time.Advance(TimeSpan.FromSeconds(1));
        _core.Answer = () => At("one", _time.GetUtcNow() + TimeSpan.FromMinutes(5));
        Assert.Equal("one", await FindAsync());
    }

    [Fact]
    public async Task A_location_ends_before_its_tunnel_token_does()
    {
        _core.Answer = () => At("one", _time.GetUtcNow() + TimeSpan.FromSeconds(10));
        await FindAsync();
        _time.Advance(TimeSpan.FromSeconds(10));
        await FindAsync();
        Assert.Equal(2, _core.Asked);
    }

    [Fact]
    public async Task While_core_is_away_the_last_answer_holds_until_its_token_ends()
    {
        _core.Answer = () => At("one", _time.GetUtcNow() + TimeSpan.FromMinutes(5));
        await FindAsync();
        _core.Answer = () => throw new HttpRequestException("Core is away.");
        _time.Advance(TimeSpan.FromMinutes(4));
        Assert.Equal("one", await FindAsync());
        _time.Advance(TimeSpan.FromMinutes(1));
        await Assert.ThrowsAsync<HttpRequestException>(FindAsync);
    }

    [Fact]
    public async Task A_core_that_does_not_answer_in_time_is_away_too()
    {
        _core.Answer = () => At("one", _time.GetUtcNow() + TimeSpan.FromMinutes(5));
        await FindAsync();
        // As the client's own limits of time and its circuit breaker say it.
        foreach (var silence in (Exception[])[new TaskCanceledException("10 s are over."), new InvalidOperationException("The circuit is open.")])
        {
            _core.Answer = () => throw silence;
            _time.Advance(TimeSpan.FromMinutes(1));
            Assert.Equal("one", await FindAsync());
        }
    }

    private async Task<string?> FindAsync() => (await _locations.FindAsync(Repl, TestContext.Current.CancellationToken))?.Instance;

    private static SessionLocation At(string instance, DateTimeOffset until) => new(Repl, UserId.GitHub(1), instance, "unix:/x", "", until);

    private sealed class StubCore : HttpMessageHandler, IHttpClientFactory
    {
        public Func<SessionLocation?> Answer { get; set; } = () => null;

        public int Asked { get; private set; }

        public HttpClient CreateClient(string name) => new(this, disposeHandler: false) { BaseAddress = new Uri("http://core") };

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            Asked++;
            return Task.FromResult(Answer() is { } location
                ? new HttpResponseMessage { Content = JsonContent.Create(location, ApiJson.Default.SessionLocation) }
                : new HttpResponseMessage(HttpStatusCode.NotFound));
        }
    }
}
