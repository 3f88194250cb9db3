using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Devex.Contracts;
using Devex.Contracts.Tokens;
using Devex.Runner.Access;
using Devex.Runner.Serving;
using Devex.Testing.Runner;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Devex.Runner.Tests.Access;

public sealed class TokenVerifierTests : IDisposable
{
    private static readonly TimeSpan Minute = TimeSpan.FromSeconds(60);

    private readonly RunnerSigner _core = new();
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero));
    private readonly TokenVerifier _verifier;

    public TokenVerifierTests() =>
        _verifier = new TokenVerifier(new ServeOptions(ReplId.New(), "unix:/x", _core.PublicKey, "/", "/", "/"), _time);

    [Fact]
    public void A_token_of_Core_is_taken_with_its_claims() =>
        Assert.Equal("here", _verifier.Verify(_core.Sign(Claims(c => c["x"] = "here")), Audiences.Ticket, Minute)?["x"]);

    [Theory]
    [InlineData("none")]
    [InlineData("HS256")]
    [InlineData("ES384")]
    [InlineData("es256")]
    [InlineData("RS256")]
    public void Another_algorithm_is_refused(string algorithm) =>
        Assert.Null(_verifier.Verify(_core.Sign(Claims(), new JsonObject { ["alg"] = algorithm }), Audiences.Ticket, Minute));

    [Fact]
    public void A_token_signed_with_the_public_key_as_secret_is_refused()
    {
        var parts = _core.Sign(Claims(), new JsonObject { ["alg"] = "HS256" }).Split('.');
        var mac = HMACSHA256.HashData(Convert.FromBase64String(_core.PublicKey), System.Text.Encoding.ASCII.GetBytes($"{parts[0]}.{parts[1]}"));
        Assert.Null(_verifier.Verify($"{parts[0]}.{parts[1]}.{System.Buffers.Text.Base64Url.EncodeToString(mac)}", Audiences.Ticket, Minute));
    }

    [Fact]
    public void Another_key_is_refused_until_Core_names_it()
    {
        using var other = new RunnerSigner();
        var token = other.Sign(Claims());
        Assert.Null(_verifier.Verify(token, Audiences.Ticket, Minute));
        _verifier.SetFurtherKeys([other.PublicKey]);
        Assert.NotNull(_verifier.Verify(token, Audiences.Ticket, Minute));
        Assert.NotNull(_verifier.Verify(_core.Sign(Claims()), Audiences.Ticket, Minute));
    }

    [Fact]
    public void A_key_of_another_curve_is_refused()
    {
        using var p384 = ECDsa.Create(ECCurve.NamedCurves.nistP384);
        Assert.Throws<FormatException>(() => _verifier.SetFurtherKeys([Convert.ToBase64String(p384.ExportSubjectPublicKeyInfo())]));
        Assert.NotNull(_verifier.Verify(_core.Sign(Claims()), Audiences.Ticket, Minute));
    }

    [Fact]
    public void A_changed_payload_is_refused()
    {
        var parts = _core.Sign(Claims()).Split('.');
        var changed = System.Buffers.Text.Base64Url.EncodeToString(System.Text.Encoding.UTF8.GetBytes(Claims(c => c["role"] = "owner").ToJsonString()));
        Assert.Null(_verifier.Verify($"{parts[0]}.{changed}.{parts[2]}", Audiences.Ticket, Minute));
        Assert.Null(_verifier.Verify($"{parts[0]}.{parts[1]}.", Audiences.Ticket, Minute));
        Assert.Null(_verifier.Verify($"{parts[0]}.{parts[1]}", Audiences.Ticket, Minute));
    }

    [Theory]
    [InlineData("=")]
    [InlineData(" ")]
    [InlineData("\n")]
    [InlineData("+")]
    [InlineData(".x")]
    public void Anything_but_plain_base64url_is_refused(string suffix) =>
        Assert.Null(_verifier.Verify(_core.Sign(Claims()) + suffix, Audiences.Ticket, Minute));

    [Fact]
    public void Another_audience_is_refused() => Assert.Null(_verifier.Verify(_core.Sign(Claims()), Audiences.Control, Minute));

    [Fact]
    public void A_token_ends_with_five_seconds_of_skew()
    {
        var token = _core.Sign(Claims());
        _time.Advance(TimeSpan.FromSeconds(64));
        Assert.NotNull(_verifier.Verify(token, Audiences.Ticket, Minute));
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Null(_verifier.Verify(token, Audiences.Ticket, Minute));
    }

    [Fact]
    public void A_token_from_the_future_is_refused() =>
        Assert.Null(_verifier.Verify(_core.Sign(Claims(c => c["iat"] = _time.GetUtcNow().ToUnixTimeSeconds() + 6)), Audiences.Ticket, Minute));

    [Theory]
    [InlineData("exp")]
    [InlineData("iat")]
    [InlineData("aud")]
    public void A_missing_or_mistyped_claim_is_refused(string claim)
    {
        Assert.Null(_verifier.Verify(_core.Sign(Claims(c => c.Remove(claim))), Audiences.Ticket, Minute));
        Assert.Null(_verifier.Verify(_core.Sign(Claims(c => c[claim] = new JsonArray("x"))), Audiences.Ticket, Minute));
    }

    [Fact]
    public void A_ticket_that_lives_longer_than_a_minute_is_refused() =>
        Assert.Null(_verifier.Verify(_core.Sign(Claims(c => c["exp"] = _time.GetUtcNow().ToUnixTimeSeconds() + 61)), Audiences.Ticket, Minute));

    [Fact]
    public void A_critical_extension_is_refused() =>
        Assert.Null(_verifier.Verify(_core.Sign(Claims(), new JsonObject { ["alg"] = "ES256", ["crit"] = new JsonArray("b64") }), Audiences.Ticket, Minute));

    public void Dispose()
    {
        _verifier.Dispose();
        _core.Dispose();
    }

    private JsonObject Claims(Action<JsonObject>? change = null)
    {
        var claims = RunnerSigner.Claims(Audiences.Ticket, Minute, _time.GetUtcNow());
        change?.Invoke(claims);
        return claims;
    }
}
