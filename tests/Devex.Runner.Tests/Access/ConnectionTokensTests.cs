using Devex.Contracts;
using Devex.Runner.Access;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Devex.Runner.Tests.Access;

public sealed class ConnectionTokensTests
{
    private static readonly UserId Ada = UserId.Local("ada");

    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero));
    private readonly ConnectionTokens _tokens;

    public ConnectionTokensTests() => _tokens = new ConnectionTokens(new AccessChanges(_time), _time);

    [Fact]
    public void A_token_is_valid_while_connected_and_ten_minutes_after()
    {
        var grant = Issue();
        Assert.True(_tokens.Connect(grant));
        _time.Advance(TimeSpan.FromHours(5));
        Assert.Same(grant, _tokens.Find(grant.Token));
        _tokens.Disconnect(grant);
        _time.Advance(TimeSpan.FromMinutes(10) - TimeSpan.FromSeconds(1));
        Assert.Same(grant, _tokens.Find(grant.Token));
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Null(_tokens.Find(grant.Token));
        Assert.False(_tokens.Connect(grant));
    }

    [Fact]
    public void Revoking_ends_tokens_and_tickets_that_were_issued_before()
    {
        var before = Ticket();
        var grant = Issue();
        _time.Advance(TimeSpan.FromSeconds(1));
        _tokens.Revoke(Ada);
        Assert.True(grant.Revoked.IsCancellationRequested);
        Assert.Null(_tokens.Find(grant.Token));
        Assert.Null(_tokens.Issue(before));
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.NotNull(_tokens.Issue(Ticket()));
    }

    [Fact]
    public void A_role_change_reaches_what_is_open_and_tickets_that_were_issued_before()
    {
        var before = Ticket();
        var grant = Issue();
        Role? told = null;
        grant.RoleChanged += role => told = role;
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.True(_tokens.Change(Ada, Role.Viewer));
        Assert.Equal((Role.Viewer, Role.Viewer), (grant.Role, told));
        Assert.Equal(Role.Viewer, _tokens.Issue(before)!.Role);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    public void Another_token_is_nobody(string? token)
    {
        Issue();
        Assert.Null(_tokens.Find(token));
    }

    private Grant Issue() => _tokens.Issue(Ticket())!;

    private Ticket Ticket() => new(Guid.NewGuid().ToString(), Ada, "Ada", Role.Owner, _time.GetUtcNow(), _time.GetUtcNow() + TimeSpan.FromSeconds(60));
}
