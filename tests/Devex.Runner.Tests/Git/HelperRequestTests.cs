using Devex.Runner.Git;
using Xunit;

namespace Devex.Runner.Tests.Git;

public sealed class HelperRequestTests
{
    [Fact]
    public void What_git_says_is_read()
    {
        var request = HelperRequest.Parse("get\ncapability[]=authtype\nprotocol=https\nhost=example.org:8443\npath=a/b.git\nusername=ada\nwwwauth[]=Basic realm=\"x=y\"");
        Assert.Equal(new HelperRequest("get", "https", "example.org:8443", "a/b.git", "ada"), request);
        Assert.Equal(new HelperRequest("erase", "", "", "", null), HelperRequest.Parse("erase"));
    }

    [Fact]
    public void Control_characters_make_no_host() => Assert.Equal("", HelperRequest.Parse("get\nhost=exa\u0007mple.org").Host);

    [Theory]
    [InlineData("https://example.org/a/b.git", "example.org", "a/b.git")]
    [InlineData("https://ada@Example.org:443/a/b.git/", "example.org", "a/b.git")]
    [InlineData("HTTPS://example.org:8443/a%20b", "example.org:8443", "a b")]
    public void An_https_address_is_what_git_names_to_a_helper(string url, string host, string path)
    {
        var address = HttpsAddress.Parse(url)!;
        Assert.Equal((host, path), (address.Host, address.Path));
        Assert.True(address.IsOf(new HelperRequest("get", "https", host, path, null)));
        foreach (var other in (HelperRequest[])[new("get", "http", host, path, null), new("get", "https", "evil.org", path, null), new("get", "https", host, "other", null), new("get", "https", "", path, null)])
            Assert.False(address.IsOf(other));
    }

    [Theory]
    [InlineData("http://example.org/a.git")]
    [InlineData("git@example.org:a/b.git")]
    [InlineData("../https://x")]
    [InlineData("ext::https://example.org/")]
    [InlineData("https://")]
    public void No_other_address_is_one(string url) => Assert.Null(HttpsAddress.Parse(url));
}
