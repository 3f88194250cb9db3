using Devex.Web.Layout;
using Xunit;

namespace Devex.Web.Tests;

public sealed class FirstPaintTests
{
    [Theory]
    [InlineData(1_000, true)]
    [InlineData(100_000, true)]
    [InlineData(200_000, false)]
    public void What_would_not_fit_into_one_message_is_not_kept(int length, bool kept)
    {
        var value = new string('x', length);
        Assert.Equal(kept ? value : null, FirstPaint.IfSmall(value));
    }
}
