using Devex.Contracts.Protocol;
using Devex.Runner.Saves;
using Xunit;

namespace Devex.Runner.Tests.Saves;

public sealed class SpaceRuleTests
{
    private const long Gigabyte = 1_000_000_000;

    private readonly SpaceRule _rule = new();

    [Fact]
    public void Programs_end_at_half_again_the_room_and_again_only_when_it_grows()
    {
        Assert.Equal(SpaceVerdict.Fine, Look(8));
        Assert.Equal(SpaceVerdict.Fine, Look(11));
        Assert.Equal(SpaceVerdict.EndPrograms, Look(12));
        Assert.Equal(SpaceVerdict.Fine, Look(12));
        Assert.Equal(SpaceVerdict.Fine, Look(9));
        Assert.True(_rule.Ended);
        Assert.Equal(SpaceVerdict.EndAll, Look(13));
        Assert.Equal(SpaceVerdict.Fine, Look(7));
        Assert.False(_rule.Ended);
        Assert.Equal(SpaceVerdict.EndPrograms, Look(16));
    }

    [Fact]
    public void Where_other_repls_have_taken_the_room_a_gigabyte_may_be_used()
    {
        Assert.Equal(SpaceVerdict.Fine, _rule.Look(null));
        Assert.Equal(SpaceVerdict.Fine, _rule.Look(new SpaceUsage(Gigabyte - 1, 0, 1, 1, Whole: true)));
        Assert.Equal(SpaceVerdict.EndPrograms, _rule.Look(new SpaceUsage(Gigabyte, 0, 1, 1, Whole: true)));
    }

    private SpaceVerdict Look(long gigabytes) => _rule.Look(new SpaceUsage(gigabytes * Gigabyte, 8 * Gigabyte, 1, 10));
}
