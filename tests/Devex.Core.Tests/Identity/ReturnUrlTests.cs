using CsCheck;
using Devex.Core.Identity;
using Xunit;

namespace Devex.Core.Tests.Identity;

public sealed class ReturnUrlTests
{
    private static readonly string[] Parts =
        ["/", "\\", "//", "%2f", "%5c", "%0d%0a", "%09", "@", ":", "?", "#", "..", "evil", "https:", "\t", "\n", "%25"];

    [Theory]
    [InlineData("/")]
    [InlineData("/r/0123456789ab")]
    [InlineData("/preview?repl=0123456789ab&port=3000#top")]
    [InlineData("/a%20b/%C3%A9")]
    [InlineData("/a/../b")]
    public void Paths_of_ours_are_kept(string url) => Assert.Equal(url, ReturnUrl.Parse(url));

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("r/1")]
    [InlineData("//evil")]
    [InlineData("/\\evil")]
    [InlineData("\\\\evil")]
    [InlineData("https:evil")]
    [InlineData("https://evil.example")]
    [InlineData("javascript:alert(1)")]
    [InlineData("/%0d%0aSet-Cookie:x=y")]
    [InlineData("/\r\nSet-Cookie:x=y")]
    [InlineData("/a%00b")]
    [InlineData("/%2fevil")]
    [InlineData("/%5cevil")]
    [InlineData("/%255cevil")]
    [InlineData("/%25252fevil")]
    [InlineData("/@evil")]
    [InlineData("/%40evil")]
    [InlineData("/\tevil")]
    [InlineData("/ /evil")]
    [InlineData("/é")]
    [InlineData(" /evil")]
    public void Anything_else_leads_to_the_start_page(string? url)
    {
        Assert.Equal("/", ReturnUrl.Parse(url));
        Assert.Equal("/signin?error=failed", ReturnUrl.OfFailure("failed", url));
    }

    [Fact]
    public void A_sign_in_that_failed_carries_a_path_of_ours_whole() => Assert.Equal(
        "/signin?error=failed&returnUrl=%2Fpreview%3Frepl%3D0123456789ab%26port%3D3000%23top", ReturnUrl.OfFailure("failed", "/preview?repl=0123456789ab&port=3000#top"));

    [Fact]
    public void A_path_that_is_too_long_leads_to_the_start_page() => Assert.Equal("/", ReturnUrl.Parse("/" + new string('a', 2048)));

    [Fact]
    public void Whatever_is_given_the_browser_stays_on_our_origin() =>
        Gen.OneOf(Gen.Int[0, Parts.Length - 1].Array[1, 8].Select(indexes => string.Concat(indexes.Select(i => Parts[i]))), Gen.String)
            .Sample(
                text =>
                {
                    var url = ReturnUrl.Parse(text);
                    var target = new Uri(new Uri("http://devex.example/signin"), url);
                    var twice = new Uri(new Uri("http://devex.example/signin"), Uri.UnescapeDataString(url));
                    Assert.Equal("http://devex.example", target.GetLeftPart(UriPartial.Authority));
                    Assert.Equal("http://devex.example", twice.GetLeftPart(UriPartial.Authority));
                    Assert.DoesNotContain(url, c => c is < '!' or > '~');
                },
                iter: 20_000);
}
