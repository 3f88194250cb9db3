using Devex.Web.History;
using Xunit;

namespace Devex.Web.Tests;

public sealed class SizesTests
{
    [Theory]
    [InlineData(0, "0 B")]
    [InlineData(999, "999 B")]
    [InlineData(1_000, "1 KB")]
    [InlineData(3_240, "3.2 KB")]
    [InlineData(12_345_678, "12 MB")]
    [InlineData(5_000_000_000_000, "5000 GB")]
    public void Sizes_are_said_in_the_unit_that_fits(long bytes, string words) => Assert.Equal(words, Sizes.Of(bytes));
}
