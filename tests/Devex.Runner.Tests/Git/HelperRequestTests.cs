using Devex.Runner.Git;
using Xunit;

namespace Devex.Runner.Tests.Git;

public sealed class HelperRequestTests
{
    [Fact]
    public void What_git_says_is_read()
    {
        var request = HelperRequest.Parse("123\nget\ncapability[]=authtype\nprotocol=https\nhost=example.org:8443\npath=a/b.git\nusername=ada\nwwwauth[]=Basic realm=\"x=y\"");
        Assert.Equal(new HelperRequest("123", "get", "https", "example.org:8443", "a/b.git", "ada"), request);
        Assert.Equal(new HelperRequest("7", "erase", "", "", "", null), HelperRequest.Parse("7\nerase"));
    }

    [Theory]
    [InlineData("")]
    [InlineData("get")]
    [InlineData("12a\nget\nhost=x")]
    [InlineData("-1\nget")]
    [InlineData("123\n")]
    [InlineData("123456789012345678901\nget")]
    public void What_it_would_not_say_is_not(string message) => Assert.Null(HelperRequest.Parse(message));

    [Fact]
    public void Control_characters_make_no_host() => Assert.Equal("", HelperRequest.Parse("1\nget\nhost=exa\u0007mple.org")!.Host);
}
