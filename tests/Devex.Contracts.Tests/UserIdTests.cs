using CsCheck;
using Xunit;

namespace Devex.Contracts.Tests;

public sealed class UserIdTests
{
    [Theory]
    [InlineData("github-583231", true)]
    [InlineData("local-ada", true)]
    [InlineData("github-", false)]
    [InlineData("-583231", false)]
    [InlineData("github", false)]
    [InlineData("GitHub-1", false)]
    [InlineData("github-1/../../x", false)]
    [InlineData("git.hub-1", false)]
    public void An_id_is_provider_and_its_own_id(string text, bool valid) => Assert.Equal(valid, UserId.TryParse(text, out _));

    [Fact]
    public void Different_accounts_never_share_a_prefix_of_keys() =>
        Gen.Select(Gen.Long[1, long.MaxValue], Gen.Long[1, long.MaxValue]).Where((a, b) => a != b).Sample((a, b) =>
        {
            var (first, second) = ($"users/{UserId.GitHub(a)}/", $"users/{UserId.GitHub(b)}/");
            Assert.False(first.StartsWith(second, StringComparison.Ordinal) || second.StartsWith(first, StringComparison.Ordinal));
            Assert.True(UserId.GitHub(a).ToString().Length <= 63);
        });
}
