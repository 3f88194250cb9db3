using Devex.Runner.Saving;
using Devex.Runner.Snapshots;
using Devex.Snapshots.Entries;
using Xunit;

namespace Devex.Runner.Tests.Saving;

public sealed class KnownItemTests
{
    private const long Second = 1_000_000_000;

    private static readonly FileStatus Status = new(1, 2, 0x81a4, 10, 100 * Second, 100 * Second);

    [Fact]
    public void A_file_that_stood_still_two_seconds_before_it_was_read_need_not_be_read_again() =>
        Assert.True(Known(readAt: 103 * Second).IsUnchanged(Status));

    [Fact]
    public void A_file_that_was_read_right_after_it_was_written_is_read_again() => Assert.False(Known(readAt: 101 * Second).IsUnchanged(Status));

    [Fact]
    public void A_file_whose_time_lies_ahead_is_always_read_again() =>
        Assert.False((Known(readAt: 103 * Second) with { Status = Status with { Modified = 999 * Second } }).IsUnchanged(Status with { Modified = 999 * Second }));

    [Fact]
    public void Any_difference_counts()
    {
        var known = Known(readAt: 200 * Second);
        foreach (var other in new[]
        {
            Status with { Device = 9 }, Status with { Inode = 9 }, Status with { TypeAndMode = 0x81ff }, Status with { Size = 9 },
            Status with { Modified = 9 }, Status with { Changed = 9 },
        })
        {
            Assert.False(known.IsUnchanged(other));
        }
        Assert.False((known with { Status = null }).IsUnchanged(Status));
    }

    private static KnownItem Known(long readAt) =>
        new(new SnapshotEntry { Path = SnapshotPath.Parse("workspace/a"u8), Kind = EntryKind.File, Mode = 0, Modified = 0 }, Status, readAt);
}
