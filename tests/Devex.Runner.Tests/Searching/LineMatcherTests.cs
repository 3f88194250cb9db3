using Devex.Contracts.Protocol;
using Devex.Runner.Searching;
using Devex.Runner.Sessions;
using Xunit;

namespace Devex.Runner.Tests.Searching;

public sealed class LineMatcherTests
{
    [Fact]
    public void A_line_full_of_matches_costs_only_those_that_are_taken()
    {
        var matcher = new LineMatcher(new SearchQuery(".", Regex: true, Replacement: new string('x', 10_000)));
        var line = new string('a', 200_000);
        var before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Equal(10, matcher.Find(line).Take(10).Last().Column + 1);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 1, 4 << 20);
    }

    [Fact]
    public void A_replacement_that_repeats_a_long_line_is_refused_in_words()
    {
        var matcher = new LineMatcher(new SearchQuery("b", Regex: true, Replacement: string.Concat(Enumerable.Repeat("$_", 5000))));
        Assert.Single(matcher.Find("abc"));
        var refused = Assert.Throws<SessionException>(() => matcher.Find(new string('b', 100_000)).Count());
        Assert.Contains("too much text", refused.Message, StringComparison.Ordinal);
    }
}
