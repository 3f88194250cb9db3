using Devex.Contracts.Api;
using Devex.Web.Dashboard;
using Xunit;

namespace Devex.Web.Tests;

public sealed class IdleWordsTests
{
    private static readonly DateTimeOffset Now = new(2026, 1, 1, 12, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData(20, "stops soon")]
    [InlineData(61, "stops in 2 min")]
    [InlineData(1800, "stops in 30 min")]
    [InlineData(7200, "stops in 2 h")]
    public void A_clock_says_how_long_it_is(int seconds, string words)
    {
        var idle = new IdleState(1800, Now + TimeSpan.FromSeconds(seconds), []);
        Assert.Equal(words, IdleWords.Of(idle, Now));
        Assert.StartsWith("Nobody has it open", IdleWords.Reason(idle), StringComparison.Ordinal);
    }

    [Fact]
    public void What_keeps_a_session_running_is_named()
    {
        var idle = new IdleState(1800, null, ["editor", "process"]);
        Assert.Equal("in use", IdleWords.Of(idle, Now));
        Assert.Equal(
            "Kept running by a person who has it open and a program that works. It stops, with everything saved, 30 min after that.", IdleWords.Reason(idle));
    }
}
