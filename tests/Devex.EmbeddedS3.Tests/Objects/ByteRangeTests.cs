using Devex.EmbeddedS3.Errors;
using Devex.EmbeddedS3.Objects;
using Xunit;

namespace Devex.EmbeddedS3.Tests.Objects;

public sealed class ByteRangeTests
{
    [Theory]
    [InlineData("bytes=0-0", 0, 1)]
    [InlineData("bytes=3-", 3, 7)]
    [InlineData("bytes=3-99", 3, 7)]
    [InlineData("bytes=-4", 6, 4)]
    [InlineData("bytes=-99", 0, 10)]
    public void A_range_is_cut_to_the_object(string header, long start, long length) =>
        Assert.Equal(new ByteRange(start, length), ByteRange.Parse(header, 10));

    [Theory]
    [InlineData("")]
    [InlineData("lines=1-2")]
    [InlineData("bytes=2-1")]
    [InlineData("bytes=a-b")]
    [InlineData("bytes=0-1,4-5")]
    [InlineData("bytes=-")]
    public void What_is_no_single_range_means_the_whole_object(string header) => Assert.Null(ByteRange.Parse(header, 10));

    [Theory]
    [InlineData("bytes=10-", 10)]
    [InlineData("bytes=-0", 10)]
    [InlineData("bytes=0-", 0)]
    [InlineData("bytes=-1", 0)]
    public void A_range_with_nothing_in_it_is_refused(string header, long size) =>
        Assert.Equal(S3Error.InvalidRange, Assert.Throws<S3Exception>(() => ByteRange.Parse(header, size)).Error);
}
