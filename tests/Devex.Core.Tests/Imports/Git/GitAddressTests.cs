using System.Net;
using Devex.Core.Errors;
using Devex.Core.Imports.Git;
using Devex.Testing.Git;
using Xunit;

namespace Devex.Core.Tests.Imports.Git;

public sealed class GitAddressTests
{
    [Theory]
    [InlineData("https://example.org/a/b", "https://example.org/a/b", "b")]
    [InlineData("https://example.org/a/b.git/", "https://example.org/a/b.git", "b")]
    [InlineData(" example.org/a/b ", "https://example.org/a/b", "b")]
    [InlineData("https://example.org:8443/b", "https://example.org:8443/b", "b")]
    [InlineData("https://bücher.example/a/b", "https://xn--bcher-kva.example/a/b", "b")]
    public void Addresses_of_repositories_are_taken(string text, string url, string name)
    {
        var address = GitAddress.Parse(text, loopback: false);
        Assert.Equal((new Uri(url).AbsoluteUri, name), (address.ToString(), address.Name));
    }

    [Theory]
    [InlineData("https://faß.example/a/b")]
    [InlineData("https://例え.example/a/b")]
    [InlineData("https://EXAMPLE.org/a/b")]
    public void The_name_that_git_is_given_is_the_name_that_is_pinned(string text)
    {
        var address = GitAddress.Parse(text, loopback: false);
        Assert.All(address.ToString(), c => Assert.True(char.IsAscii(c)));
        Assert.StartsWith($"{new Uri(address.ToString()).Host}:", new PinnedAddress(address, [IPAddress.Loopback]).Pin, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("https://")]
    [InlineData("https://example.org")]
    [InlineData("https://example.org/")]
    [InlineData("https://example.org./a/b")]
    [InlineData("http://example.org/a/b")]
    [InlineData("http://127.0.0.1/a/b")]
    [InlineData("file:///etc")]
    [InlineData("/etc")]
    [InlineData("../x")]
    [InlineData("ext::sh -c touch% /tmp/evil")]
    [InlineData("ext::sh")]
    [InlineData("ssh://git@example.org/a/b")]
    [InlineData("git@example.org:a/b.git")]
    [InlineData("git://example.org/a/b")]
    [InlineData("--upload-pack=evil")]
    [InlineData("-uevil/x")]
    [InlineData("https://user@example.org/a/b")]
    [InlineData("https://user:secret@example.org/a/b")]
    [InlineData("https://example.org@evil.org/a/b")]
    [InlineData("https://example.org/a/b?x=y")]
    [InlineData("https://example.org/a/b?")]
    [InlineData("https://example.org/a/b#main")]
    [InlineData("https://example.org/a\nb")]
    [InlineData("https://example.org\\@evil.org/a")]
    public void What_could_be_anything_else_is_refused(string? text) => Assert.Throws<ApiProblem>(() => GitAddress.Parse(text, loopback: false));

    [Theory]
    [InlineData("8.8.8.8", true)]
    [InlineData("140.82.121.4", true)]
    [InlineData("2606:50c0:8000::153", true)]
    [InlineData("0.0.0.0", false)]
    [InlineData("10.1.2.3", false)]
    [InlineData("100.64.0.1", false)]
    [InlineData("127.0.0.1", false)]
    [InlineData("127.9.9.9", false)]
    [InlineData("169.254.169.254", false)]
    [InlineData("172.31.255.255", false)]
    [InlineData("192.168.0.1", false)]
    [InlineData("198.18.0.1", false)]
    [InlineData("224.0.0.1", false)]
    [InlineData("255.255.255.255", false)]
    [InlineData("::", false)]
    [InlineData("::1", false)]
    [InlineData("::ffff:127.0.0.1", false)]
    [InlineData("::ffff:8.8.8.8", true)]
    [InlineData("64:ff9b::a00:1", false)]
    [InlineData("fc00::1", false)]
    [InlineData("fd12::1", false)]
    [InlineData("fe80::1", false)]
    [InlineData("fec0::1", false)]
    [InlineData("ff02::1", false)]
    [InlineData("2001::1", false)]
    [InlineData("2001:db8::1", false)]
    [InlineData("2002:a00:1::1", false)]
    public void Public_addresses_are_told_from_others(string address, bool isPublic) => Assert.Equal(isPublic, PublicAddresses.IsPublic(IPAddress.Parse(address)));

    [Fact]
    public async Task A_host_is_refused_when_one_of_its_addresses_is_private()
    {
        var hosts = new GitHosts((_, _) => Task.FromResult<IPAddress[]>([IPAddress.Parse("8.8.8.8"), IPAddress.Parse("10.0.0.1")]), loopback: false);
        var problem = await Assert.ThrowsAsync<ApiProblem>(() => hosts.PinAsync(GitAddress.Parse("https://example.org/a", false), TestContext.Current.CancellationToken));
        Assert.Equal("import.git.private", problem.Code);
    }

    [Theory]
    [InlineData("main", true)]
    [InlineData("feature/x-1.2", true)]
    [InlineData("-x", false)]
    [InlineData("--upload-pack=x", false)]
    [InlineData("a..b", false)]
    [InlineData("a b", false)]
    [InlineData("a:b", false)]
    [InlineData("a@{1}", false)]
    [InlineData("a~1", false)]
    [InlineData("*", false)]
    public void Branches_cannot_be_taken_for_anything_else(string name, bool isValid) => Assert.Equal(isValid, GitBranch.IsValid(name));

    /// <summary>The name exists nowhere but in the first answer: whoever asked again, in git or in the request before it, would find nothing.</summary>
    [Fact]
    [Trait("Tier", "integration")]
    public async Task A_host_is_resolved_once_for_a_request_and_for_git()
    {
        await using var server = await GitServer.StartAsync();
        var commit = server.Create("a").Commit(("x", "y"));
        var asked = 0;
        var hosts = new GitHosts((_, _) => Task.FromResult<IPAddress[]>(++asked == 1 ? [IPAddress.Loopback] : [IPAddress.Parse("127.1.1.1")]), loopback: true);
        var address = GitAddress.Parse($"http://rebinding.invalid:{new Uri(server.Url).Port}/a", loopback: true);
        var git = new GitProgram();

        var found = await new GitRemote(hosts).FindAsync(address, TestContext.Current.CancellationToken);
        var head = await GitHead.FindAsync(git, found, null, TestContext.Current.CancellationToken);
        await using var clone = await GitClone.FetchAsync(git, found, head, false, new GitBounds(TimeSpan.FromMinutes(1), 1_000_000), null, TestContext.Current.CancellationToken);

        Assert.Equal((commit, commit, 1), (head.Commit, clone.Commit, asked));
    }
}
