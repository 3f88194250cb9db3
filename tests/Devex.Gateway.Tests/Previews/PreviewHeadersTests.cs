using CsCheck;
using Devex.Gateway.Previews;
using Xunit;

namespace Devex.Gateway.Tests.Previews;

public sealed class PreviewHeadersTests
{
    private const string Own = "http://3000-abcdefghjkmn.preview.localhost:8081";

    [Theory]
    [InlineData("a=1; __Host-devex-preview=secret; b=2", "a=1; b=2")]
    [InlineData("__Host-devex-preview=secret", null)]
    [InlineData("__host-DEVEX=secret;a=1", "a=1")]
    [InlineData("__Host-devex=; x=__Host-devex", "x=__Host-devex")]
    public void A_program_never_sees_a_cookie_of_ours(string sent, string? seen) =>
        Assert.Equal(seen, PreviewHeaders.WithoutOwnCookie(sent));

    [Fact]
    public void Whatever_surrounds_our_cookie_its_value_does_not_get_through() =>
        Gen.Select(Gen.String[Gen.Char.AlphaNumeric, 0, 8].Array[0, 4], Gen.Int[0, 4]).Sample((others, at) =>
        {
            var pairs = others.Select((value, i) => $"c{i}={value}").ToList();
            pairs.Insert(Math.Min(at, pairs.Count), "__Host-devex-preview=TOP-SECRET");
            var seen = PreviewHeaders.WithoutOwnCookie(string.Join(";", pairs));
            Assert.DoesNotContain("TOP-SECRET", seen ?? "", StringComparison.Ordinal);
            Assert.Equal(others.Length, (seen ?? "").Split(';', StringSplitOptions.RemoveEmptyEntries).Length);
        });

    [Theory]
    [InlineData("sid=1; Path=/; HttpOnly", true)]
    [InlineData("sid=1; Domain=3000-abcdefghjkmn.preview.localhost", true)]
    [InlineData("sid=1; domain = .preview.localhost", false)]
    [InlineData("sid=1; DOMAIN=localhost; Secure", false)]
    [InlineData("__Host-devex-preview=forged; Path=/; Secure", false)]
    [InlineData("__Host-devex=forged; Path=/; Secure", false)]
    public void Cookies_for_a_parent_domain_or_in_our_name_are_dropped(string cookie, bool kept) =>
        Assert.Equal(kept, PreviewHeaders.MaySetCookie(cookie, "3000-abcdefghjkmn.preview.localhost"));

    [Theory]
    [InlineData("http://localhost:3000/login?next=/", Own + "/login?next=/")]
    [InlineData("http://127.0.0.1:3000", Own)]
    [InlineData("http://localhost:30001/", "http://localhost:30001/")]
    [InlineData("http://localhost:3000.evil.example/", "http://localhost:3000.evil.example/")]
    [InlineData("/relative", "/relative")]
    [InlineData("https://elsewhere.example/", "https://elsewhere.example/")]
    public void Redirects_to_the_program_stay_on_the_preview(string location, string mapped) =>
        Assert.Equal(mapped, PreviewHeaders.MapLocation(location, 3000, Own));

    [Theory]
    [InlineData(Own, "http://localhost:3000")]
    [InlineData(Own + "/page", "http://localhost:3000/page")]
    [InlineData(Own + ".evil.example", Own + ".evil.example")]
    [InlineData("null", "null")]
    public void The_program_is_visited_from_its_own_origin(string origin, string mapped) =>
        Assert.Equal(mapped, PreviewHeaders.MapOrigin(origin, 3000, Own));

    [Theory]
    [InlineData(null, "frame-ancestors 'self' http://localhost:8080")]
    [InlineData("default-src 'self'; frame-ancestors 'none'", "default-src 'self'; frame-ancestors 'self' http://localhost:8080")]
    [InlineData("Frame-Ancestors *;img-src *", "img-src *; frame-ancestors 'self' http://localhost:8080")]
    public void Framing_is_for_the_ide_to_decide(string? policy, string result) =>
        Assert.Equal(result, PreviewHeaders.FrameAncestors(policy, "http://localhost:8080"));
}
