using Devex.Contracts.Tokens;
using Devex.Core.Keys;
using Devex.Core.Tests.Fixtures;
using Devex.ServiceDefaults.Tokens;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Devex.Core.Tests.Identity;

public sealed class ServiceAssertionTests : IDisposable
{
    private readonly FakeTimeProvider _time = new(DateTimeOffset.UnixEpoch.AddYears(60));
    private readonly CoreKeys _keys = new(new ConfigurationBuilder().AddInMemoryCollection(
        new[] { "Ticket", "Secrets", "Web", "Gateway" }.Select(name => KeyValuePair.Create($"Keys:{name}", (string?)(CoreHost.Secret + name)))).Build());

    [Fact]
    public async Task An_assertion_is_good_for_its_audience_for_a_minute()
    {
        var token = Web().Sign(Audiences.Web, new Dictionary<string, object> { ["sub"] = "github-1" });
        var assertions = new ServiceAssertions(_keys, _time);
        Assert.Equal("github-1", (await assertions.VerifyAsync(token, Audiences.Web))!.FindFirst("sub")!.Value);
        Assert.Null(await assertions.VerifyAsync(token, Audiences.Peer));
        Assert.Null(await assertions.VerifyAsync(token, Audiences.Gateway));
        _time.Advance(TimeSpan.FromSeconds(60));
        Assert.Null(await assertions.VerifyAsync(token, Audiences.Web));
    }

    [Fact]
    public async Task A_key_of_another_service_does_not_sign()
    {
        var token = new ServiceTokens(CoreHost.Secret + "Gateway", "devex gateway assertion", _time).Sign(Audiences.Web, new Dictionary<string, object> { ["sub"] = "github-1" });
        Assert.Null(await new ServiceAssertions(_keys, _time).VerifyAsync(token, Audiences.Web));
    }

    [Fact]
    public async Task A_token_that_Core_signed_for_a_session_is_no_assertion()
    {
        var token = new TokenSigner(_keys, _time).Sign(Audiences.Web, TimeSpan.FromSeconds(60), new Dictionary<string, object> { ["sub"] = "github-1" });
        Assert.Null(await new ServiceAssertions(_keys, _time).VerifyAsync(token, Audiences.Web));
    }

    [Fact]
    public async Task A_service_cannot_give_itself_more_time()
    {
        var ahead = new FakeTimeProvider(_time.GetUtcNow() + TimeSpan.FromHours(1));
        var token = new ServiceTokens(CoreHost.Secret + "Web", "devex web assertion", ahead).Sign(Audiences.Web, new Dictionary<string, object> { ["sub"] = "github-1" });
        Assert.Null(await new ServiceAssertions(_keys, _time).VerifyAsync(token, Audiences.Web));
    }

    public void Dispose() => _keys.Dispose();

    private ServiceTokens Web() => new(CoreHost.Secret + "Web", "devex web assertion", _time);
}
