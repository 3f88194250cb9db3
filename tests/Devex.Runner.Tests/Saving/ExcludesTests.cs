using Devex.Runner.Saving;
using Devex.Snapshots.Entries;
using Xunit;

namespace Devex.Runner.Tests.Saving;

public sealed class ExcludesTests
{
    private readonly Excludes _excludes = new([".npm/_cacache", ".dotnet", "*.tmp", "build/*/out"]);

    [Theory]
    [InlineData("home/.cache")]
    [InlineData("workspace/deep/.devex-a1b2")]
    [InlineData("home/.npm/_cacache")]
    [InlineData("home/.dotnet")]
    [InlineData("workspace/deep/x.tmp")]
    [InlineData("workspace/build/any/out")]
    public void Left_out(string path) => Assert.True(_excludes.Contains(Parse(path)));

    [Theory]
    [InlineData("workspace/.cache")]
    [InlineData("home/.npm")]
    [InlineData("workspace/sub/.dotnet")]
    [InlineData("workspace/x.tmp.txt")]
    [InlineData("workspace/build/out")]
    [InlineData("workspace/build/any/other/out")]
    [InlineData("workspace/node_modules")]
    [InlineData("workspace/.git")]
    public void Kept(string path) => Assert.False(_excludes.Contains(Parse(path)));

    private static SnapshotPath Parse(string path) => SnapshotPath.Parse(System.Text.Encoding.UTF8.GetBytes(path));
}
