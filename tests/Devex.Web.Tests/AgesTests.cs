using Devex.Web.Dashboard;
using Xunit;

namespace Devex.Web.Tests;

public sealed class AgesTests
{
    private static readonly DateTimeOffset Now = new(2025, 6, 30, 12, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData(-5, "just now")]
    [InlineData(59, "just now")]
    [InlineData(60, "1 min ago")]
    [InlineData(3599, "59 min ago")]
    [InlineData(3600, "1 h ago")]
    [InlineData(86400, "yesterday")]
    [InlineData(2 * 86400, "2 days ago")]
    [InlineData(40 * 86400, "21 May 2025")]
    public void Times_are_told_as_people_tell_them(int secondsAgo, string words) =>
        Assert.Equal(words, Ages.Of(Now - TimeSpan.FromSeconds(secondsAgo), Now));

    [Theory]
    [InlineData("Silent since 2025-06-30 00:00:59Z.", "Silent since 00:00 UTC.")]
    [InlineData("Saved at 2025-06-29 23:59:59Z, safe from 2025-06-30 12:07:00Z on.", "Saved at 29 Jun, 23:59 UTC, safe from 12:07 UTC on.")]
    [InlineData("A file 2025-06-30, no time: 2025-13-30 00:00:00Z.", "A file 2025-06-30, no time: 2025-13-30 00:00:00Z.")]
    public void Exact_times_in_words_become_short(string exact, string words) => Assert.Equal(words, Ages.Shorten(exact, Now));
}
