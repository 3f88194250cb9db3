using Devex.Core.Tests.Snapshots.Fixtures;
using Xunit;

namespace Devex.Core.Tests.Snapshots;

[Trait("Tier", "integration")]
public sealed class SaveAndRestoreTests(SnapshotStack stack) : IClassFixture<SnapshotStack>
{
    [Fact]
    public async Task A_new_repl_is_restored_from_its_template_with_modes_links_and_empty_folders()
    {
        var id = await stack.CreateReplAsync();
        using var session = stack.CreateSession(id);

        Assert.Equal(0, await session.RunAsync("restore"));

        Assert.Equal("print('hello')\n", File.ReadAllText(session["workspace/src/main.py"]));
        Assert.Equal((UnixFileMode)0x1ed, File.GetUnixFileMode(session["workspace/run.sh"]));
        Assert.Equal("src/main.py", new FileInfo(session["workspace/latest"]).LinkTarget);
        Assert.True(Directory.Exists(session["workspace/empty"]));
        Assert.NotNull(session.Marker);
    }

    [Fact]
    public async Task What_a_session_saves_the_next_one_gets()
    {
        var id = await stack.CreateReplAsync();
        using var first = stack.CreateSession(id);
        await first.RunAsync("restore");
        File.WriteAllText(first["workspace/new file.txt"], "kept");
        File.SetUnixFileMode(first["workspace/new file.txt"], (UnixFileMode)0x180);
        File.SetLastWriteTimeUtc(first["workspace/new file.txt"], new DateTime(2024, 5, 6, 7, 8, 9, DateTimeKind.Utc));
        Directory.CreateDirectory(first["workspace/nothing/in here"]);
        File.CreateSymbolicLink(first["workspace/away"], "/etc/passwd");
        File.WriteAllText(first["home/.bashrc"], "alias x=y");
        Directory.CreateDirectory(first["home/.cache/pip"]);
        File.WriteAllText(first["home/.cache/pip/x"], "not kept");
        File.WriteAllText(first["workspace/.devex-a1"], "not kept");
        File.WriteAllText(first["workspace/x.tmp"], "kept out by the template");
        File.WriteAllText(first["journal/d1.doc.json"], """{"id":"d1"}""");
        File.WriteAllText(first["journal/d1.log"], "not kept");
        File.Delete(first["workspace/run.sh"]);
        var big = new byte[20_000_000];
        new Random(1).NextBytes(big);
        File.WriteAllBytes(first["workspace/big"], big);

        Assert.Equal(0, await first.RunAsync("save", "--attempt", "stop-1"));
        var head = await stack.Snapshots.HeadAsync(stack.Owner, id, CancellationToken.None);
        using var second = stack.CreateSession(id, "session-2");
        await second.RunAsync("restore");

        Assert.Equal("stop-1", head!.Attempt);
        Assert.Equal("kept", File.ReadAllText(second["workspace/new file.txt"]));
        Assert.Equal((UnixFileMode)0x180, File.GetUnixFileMode(second["workspace/new file.txt"]));
        Assert.Equal(new DateTime(2024, 5, 6, 7, 8, 9, DateTimeKind.Utc), File.GetLastWriteTimeUtc(second["workspace/new file.txt"]));
        Assert.True(Directory.Exists(second["workspace/nothing/in here"]));
        Assert.Equal("/etc/passwd", new FileInfo(second["workspace/away"]).LinkTarget);
        Assert.Equal("alias x=y", File.ReadAllText(second["home/.bashrc"]));
        Assert.False(Directory.Exists(second["home/.cache"]));
        Assert.False(File.Exists(second["workspace/.devex-a1"]));
        Assert.False(File.Exists(second["workspace/x.tmp"]));
        Assert.Equal("""{"id":"d1"}""", File.ReadAllText(second["journal/d1.doc.json"]));
        Assert.False(File.Exists(second["journal/d1.log"]));
        Assert.False(File.Exists(second["workspace/run.sh"]));
        Assert.Equal(big, File.ReadAllBytes(second["workspace/big"]));
        Assert.True(File.Exists(second["workspace/src/main.py"]));
    }
}
