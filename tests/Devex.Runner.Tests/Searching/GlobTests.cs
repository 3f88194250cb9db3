using Devex.Runner.Searching;
using Xunit;

namespace Devex.Runner.Tests.Searching;

public sealed class GlobTests
{
    [Theory]
    [InlineData("*.ts", "a.ts", true)]
    [InlineData("*.ts", "a.tsx", false)]
    [InlineData("*.ts", "src/a.ts", false)]
    [InlineData("**/*.ts", "src/deep/a.ts", true)]
    [InlineData("**/*.ts", "a.ts", true)]
    [InlineData("src/**", "src/a/b", true)]
    [InlineData("src/**/test", "src/test", true)]
    [InlineData("src/**/test", "src/a/b/test", true)]
    [InlineData("src/**/test", "src/a/b/tests", false)]
    [InlineData("?at", "cat", true)]
    [InlineData("?at", "at", false)]
    [InlineData("[a-c]at", "bat", true)]
    [InlineData("[!a-c]at", "bat", false)]
    [InlineData("[!a-c]at", "rat", true)]
    [InlineData("\\*", "*", true)]
    [InlineData("\\*", "a", false)]
    [InlineData("[", "[", true)]
    [InlineData("a*b*c", "aXbXbXc", true)]
    [InlineData("**", "a/b", true)]
    public void A_pattern_fits_a_path(string pattern, string path, bool fits) => Assert.Equal(fits, Glob.Matches(pattern.Split('/'), path.Split('/')));

    [Fact]
    public void Many_stars_on_a_long_name_take_no_time_to_speak_of() =>
        Assert.False(Glob.MatchesName(string.Concat(Enumerable.Repeat("*a", 200)) + "b", new string('a', 255)));

    [Theory]
    [InlineData(null, null, "src/a.ts", true)]
    [InlineData("*.ts", null, "src/a.ts", true)]
    [InlineData("*.ts, *.js", null, "src/a.css", false)]
    [InlineData("src", null, "src/deep/a.css", true)]
    [InlineData("./src/", null, "src/deep/a.css", true)]
    [InlineData("src/*.ts", null, "src/deep/a.ts", false)]
    [InlineData(null, "*.min.js, dist", "dist/a/b.js", false)]
    [InlineData("*.js", "*.min.js", "a.min.js", false)]
    public void Fields_with_commas_pick_files(string? include, string? exclude, string path, bool takes) =>
        Assert.Equal(takes, new PathFilter(include, exclude).Takes(path));
}
