using Devex.Contracts;
using Devex.Contracts.Snapshots;
using Devex.Snapshots.Roots;
using Xunit;

namespace Devex.Snapshots.Tests;

public sealed class RootObjectTests
{
    private static readonly SnapshotRoot Root = new()
    {
        Repl = ReplId.Parse("0123456789ab"),
        Number = 7,
        Parent = "aa",
        Template = "tiny",
        Session = "s",
        Incarnation = "i",
        Attempt = "stop-1",
        Restored = true,
        Commit = "c",
        AsOf = new SessionInstant("boot", 123),
        Files = 1,
        Bytes = 2,
        Pages = [new PageReference(SnapshotScope.User, "bb", 3, 1, 2, "home", @"workspace/\xff", [new PackUse(0, 2)])],
        Packs = [new PackReference(SnapshotScope.Template, "cc", 10, 5, 2)],
        Stale = [new StaleFile("workspace/x", "changing")],
    };

    [Fact]
    public void The_bytes_of_format_1_do_not_change() => Assert.Equal(
        """{"format":1,"repl":"0123456789ab","number":7,"parent":"aa","template":"tiny","session":"s","incarnation":"i","attempt":"stop-1","claim":false,"restored":true,"commit":"c","asOf":{"bootId":"boot","nanoseconds":123},"files":1,"bytes":2,"pages":[{"scope":"user","hash":"bb","entries":3,"files":1,"bytes":2,"first":"home","last":"workspace/\\xff","packs":[{"pack":0,"live":2}]}],"packs":[{"scope":"template","hash":"cc","bytes":10,"content":5,"live":2}],"stale":[{"path":"workspace/x","reason":"changing"}]}""",
        System.Text.Encoding.UTF8.GetString(RootObject.Encode(Root)));

    [Fact]
    public void A_root_comes_back_from_its_bytes() => Assert.Equal(RootObject.Encode(Root), RootObject.Encode(RootObject.Decode(RootObject.Encode(Root))));

    [Theory]
    [InlineData("{}")]
    [InlineData("nonsense")]
    [InlineData("""{"format":2,"repl":"0123456789ab","number":1,"commit":"c","pages":[],"packs":[]}""")]
    public void Another_format_is_refused(string text) =>
        Assert.Throws<SnapshotFormatException>(() => RootObject.Decode(System.Text.Encoding.UTF8.GetBytes(text)));
}
