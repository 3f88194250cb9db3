using CsCheck;
using Devex.Snapshots.Entries;
using Xunit;

namespace Devex.Snapshots.Tests;

public sealed class PathTests
{
    [Fact]
    public void Any_bytes_survive_as_text() => Generators.Path.Sample(path =>
    {
        Assert.True(SnapshotPath.TryParse(path.ToString(), out var again));
        Assert.Equal(path, again.Value);
    });

    [Fact]
    public void Nothing_comes_between_a_folder_and_what_it_holds() => Gen.Select(Generators.Path, Generators.Path, Generators.Path).Sample((a, b, c) =>
    {
        var below = SnapshotPath.Parse([.. a.Bytes, (byte)'/', .. "x"u8]);
        foreach (var other in new[] { b, c }.Where(other => other > a && other < below))
            Assert.True(other.Bytes.StartsWith([.. a.Bytes, (byte)'/']));
    });

    [Theory]
    [InlineData("")]
    [InlineData("/etc/passwd")]
    [InlineData("workspace/../../etc")]
    [InlineData("workspace/./a")]
    [InlineData("workspace//a")]
    [InlineData("workspace/a/")]
    [InlineData("..")]
    [InlineData("elsewhere/a")]
    [InlineData("workspace/a\0b")]
    public void What_could_lead_out_is_no_path(string text) =>
        Assert.False(SnapshotPath.TryParse(System.Text.Encoding.UTF8.GetBytes(text), out _));

    [Fact]
    public void Names_and_depth_have_limits()
    {
        Assert.False(SnapshotPath.TryParse("workspace/" + new string('a', 256), out _));
        Assert.False(SnapshotPath.TryParse("workspace" + string.Concat(Enumerable.Repeat("/a", SnapshotFormat.MaxDepth)), out _));
        Assert.True(SnapshotPath.TryParse("workspace/" + new string('a', 255), out _));
    }

    [Fact]
    public void A_backslash_and_what_is_no_character_are_escaped() =>
        Assert.Equal(@"workspace/a\\b\xff", SnapshotPath.Parse([.. "workspace/a\\b"u8, 0xff]).ToString());
}
