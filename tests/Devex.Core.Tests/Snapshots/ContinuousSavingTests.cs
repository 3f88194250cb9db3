using System.Net;
using Devex.Contracts;
using Devex.Core.Snapshots;
using Devex.Core.Tests.Snapshots.Fixtures;
using Devex.Testing;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Devex.Core.Tests.Snapshots;

/// <summary>The saver among programs that do not stand still, and in places that lack something.</summary>
[Trait("Tier", "integration")]
public sealed class ContinuousSavingTests(SnapshotStack stack) : IClassFixture<SnapshotStack>
{
    private const int SigTerm = 15;

    [Fact]
    public async Task While_programs_write_all_the_time_commits_go_on_and_the_last_one_holds_what_is_there()
    {
        var (id, session) = await RestoredAsync();
        using var _ = session;
        await using var saver = session.Start("save", "--watch");
        var script = """
            cd "$1"; truncate -s 2M database; mkdir many
            i=0
            while [ ! -e stop ]; do
              i=$((i+1))
              echo "line $i" >> log
              printf "%08d" $i | dd of=database bs=8 seek=$((i * 97 % 250000)) conv=notrunc status=none
              echo $i > many/$((i % 50)); rm -f many/$(((i + 25) % 50)); mv many/$((i % 50)) many/moved-$((i % 7))
            done
            rm stop
            """;
        await using (var writer = ProgramProcess.Start("/bin/bash", ["-c", script, "bash", session["workspace"]]))
        {
            await saver.WaitForLineAsync("Saved as 5");
            await File.WriteAllTextAsync(session["workspace/stop"], "");
            Assert.Equal(0, await writer.WaitForExitAsync());
        }
        saver.Signal(SigTerm);
        Assert.Equal(0, await saver.WaitForExitAsync());

        await SameAsNextAsync(id, session);
    }

    [Fact]
    public async Task Without_a_single_watch_left_edits_are_saved_all_the_same()
    {
        var (id, session) = await RestoredAsync();
        using var _ = session;
        await using var saver = session.Start(
            ["/usr/bin/unshare", "--user", "--map-root-user", "/bin/sh", "-c", "echo 0 > /proc/sys/user/max_inotify_watches; exec \"$0\" \"$@\""], "save", "--watch");
        Directory.CreateDirectory(session["workspace/new/folder"]);
        await File.WriteAllTextAsync(session["workspace/new/folder/file"], "unwatched");

        await WaitForAsync(() => ReadAsync(id, "new/folder/file"), text => text == "unwatched");
        await File.WriteAllTextAsync(session["workspace/new/folder/file"], "and again");
        await WaitForAsync(() => ReadAsync(id, "new/folder/file"), text => text == "and again");
    }

    [Fact]
    public async Task A_file_that_may_not_be_read_keeps_its_last_entry_and_is_named_until_it_can_be()
    {
        var (id, session) = await RestoredAsync();
        using var _ = session;
        await File.WriteAllTextAsync(session["workspace/secret"], "readable");
        await session.RunAsync("save", "--attempt", "stop-1");
        await File.WriteAllTextAsync(session["workspace/secret"], "changed and shut");
        File.SetUnixFileMode(session["workspace/secret"], UnixFileMode.None);
        string[] without = ["/usr/bin/setpriv", "--bounding-set=-dac_override,-dac_read_search", "--inh-caps=-dac_override,-dac_read_search"];

        await using (var save = session.Start(without, "save", "--attempt", "stop-2"))
            Assert.Equal(5, await save.WaitForExitAsync());

        var head = await HeadAsync(id);
        Assert.Equal("stop-2", head.Attempt);
        Assert.Equal([new("workspace/secret", "unreadable")], head.Saved.NotKept!);
        Assert.Equal("readable", await ReadAsync(id, "secret"));
        Assert.Equal(0, await session.RunAsync("save", "--attempt", "stop-3"));
        Assert.Equal("changed and shut", await ReadAsync(id, "secret"));
        Assert.Empty((await HeadAsync(id)).Saved.Stale);
    }

    [Fact]
    public async Task Five_empty_gigabytes_are_saved_and_come_back_without_taking_room()
    {
        var (id, session) = await RestoredAsync();
        using var _ = session;
        await using (var file = new FileStream(session["workspace/sparse"], FileMode.Create))
        {
            file.SetLength(5L << 30);
            file.Position = 3L << 30;
            file.Write("in the middle"u8);
        }
        Assert.Equal(0, await session.RunAsync("save", "--attempt", "stop"));
        using var next = stack.CreateSession(id, "session-2");
        await next.RunAsync("restore");

        var head = await HeadAsync(id);
        await using var back = new FileStream(next["workspace/sparse"], FileMode.Open);
        Assert.Equal(5L << 30, back.Length);
        back.Position = 3L << 30;
        var bytes = new byte[13];
        await back.ReadExactlyAsync(bytes);
        Assert.Equal("in the middle"u8.ToArray(), bytes);
        Assert.True(head.Saved.Bytes > 5L << 30);
        await using var usage = ProgramProcess.Start("/usr/bin/du", ["-k", next["workspace/sparse"]]);
        await usage.WaitForExitAsync();
        Assert.True(int.Parse(usage.OutputText.Split('\t')[0], System.Globalization.CultureInfo.InvariantCulture) < 64 * 1024, usage.OutputText);
    }

    [Fact]
    public async Task What_finds_no_room_is_named_and_the_rest_is_saved()
    {
        var core = await stack.StartCoreAsync(services => services.PostConfigure<SpaceLimits>(options => options.Bytes = 10_000));
        var id = await stack.CreateReplAsync();
        using var session = stack.CreateSession(id, core: core);
        await session.RunAsync("restore");
        await File.WriteAllTextAsync(session["workspace/a-small"], new string('a', 5000));
        await File.WriteAllTextAsync(session["workspace/b-large"], new string('b', 6000));

        Assert.Equal(5, await session.RunAsync("save", "--attempt", "stop-1"));
        Assert.Equal([new("workspace/b-large", "quota")], (await HeadAsync(id)).Saved.NotKept!);
        Assert.Equal(new string('a', 1000), await ReadAsync(id, "a-small"));
        Assert.Null(await ReadAsync(id, "b-large"));

        File.Delete(session["workspace/a-small"]);
        Assert.Equal(0, await session.RunAsync("save", "--attempt", "stop-2"));
        Assert.Equal(new string('b', 1000), await ReadAsync(id, "b-large"));
    }

    [Theory]
    [InlineData("denies it")]
    [InlineData("takes it and answers nothing")]
    public async Task While_s3_does_not_store_what_is_sent_the_saver_says_so_and_goes_on_by_itself(string how)
    {
        var (id, session) = await RestoredAsync();
        using var _ = session;
        await using var saver = session.Start("save", "--watch");
        await File.WriteAllTextAsync(session["workspace/edit"], "1");
        await WaitForAsync(() => ReadAsync(id, "edit"), text => text == "1");
        var silence = new TaskCompletionSource();
        if (how == "denies it")
            stack.Proxy.Fail = (method, path) => IsPack(method, path) ? HttpStatusCode.Forbidden : null;
        else
            stack.Proxy.Hold = (method, path) => IsPack(method, path) ? silence.Task : Task.CompletedTask;
        try
        {
            await File.WriteAllTextAsync(session["workspace/edit"], "2");
            await WaitForAsync(() => SavesAsync(session), state => state?.Contains("\"retrying\"", StringComparison.Ordinal) == true);
        }
        finally
        {
            stack.Proxy.Fail = (_, _) => null;
            stack.Proxy.Hold = (_, _) => Task.CompletedTask;
            silence.SetResult();
        }

        await WaitForAsync(() => ReadAsync(id, "edit"), text => text == "2");
        await WaitForAsync(() => SavesAsync(session), state => state?.Contains("\"saved\"", StringComparison.Ordinal) == true);
        Assert.Contains((await HeadAsync(id)).Saved.Hash, await SavesAsync(session), StringComparison.Ordinal);

        static bool IsPack(string method, string path) => method == "PUT" && path.Contains("/packs/", StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_last_commit_waits_until_serve_has_brought_everything_to_files()
    {
        var (id, session) = await RestoredAsync();
        using var _ = session;
        await using var saver = session.Start("save", "--watch");
        await File.WriteAllTextAsync(session["workspace/edit"], "1");
        await WaitForAsync(() => ReadAsync(id, "edit"), text => text == "1");
        using (var serve = new FileStream(session["journal/.devex-serving"], FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None))
        {
            saver.Signal(SigTerm);
            // As serve does: the file is written while the lock is held.
            await File.WriteAllTextAsync(session["workspace/edit"], "flushed at the end");
            Assert.False(saver.HasExited);
        }

        Assert.Equal(0, await saver.WaitForExitAsync());
        Assert.Equal("flushed at the end", await ReadAsync(id, "edit"));
    }

    private async Task SameAsNextAsync(ReplId id, SessionFolder session)
    {
        using var next = stack.CreateSession(id, "session-2");
        await next.RunAsync("restore");
        await using var diff = ProgramProcess.Start("/usr/bin/diff", ["-r", "--no-dereference", session["workspace"], next["workspace"]]);
        Assert.True(await diff.WaitForExitAsync() == 0, diff.OutputText);
    }

    private async Task<(ReplId, SessionFolder)> RestoredAsync()
    {
        var id = await stack.CreateReplAsync();
        var session = stack.CreateSession(id);
        await session.RunAsync("restore");
        return (id, session);
    }

    private async Task<SnapshotHead> HeadAsync(ReplId id) => (await stack.Snapshots.HeadAsync(stack.Owner, id, CancellationToken.None))!;

    private Task<string?> ReadAsync(ReplId id, string path) => stack.Snapshots.ReadTextAsync(stack.Owner, id, path, 1000, CancellationToken.None);

    private static async Task<string?> SavesAsync(SessionFolder session) =>
        File.Exists(session["journal/.devex-saves.json"]) ? await File.ReadAllTextAsync(session["journal/.devex-saves.json"]) : null;

    internal static async Task WaitForAsync(Func<Task<string?>> look, Func<string?, bool> until)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(2));
        using var tick = new PeriodicTimer(TimeSpan.FromMilliseconds(100));
        while (!until(await look()))
            await tick.WaitForNextTickAsync(limit.Token);
    }
}
