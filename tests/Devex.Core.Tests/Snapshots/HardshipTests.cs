using System.Text;
using System.Text.Json;
using Devex.Contracts;
using Devex.Contracts.Protocol;
using Devex.Contracts.Snapshots;
using Devex.Core.Snapshots;
using Devex.Core.Tests.Snapshots.Fixtures;
using Devex.Testing;
using Microsoft.Extensions.DependencyInjection;
using Xunit;
using static Devex.Core.Tests.Snapshots.ContinuousSavingTests;

namespace Devex.Core.Tests.Snapshots;

/// <summary>The saver where clocks, times, file systems and the people in the session tell it something that is not so.</summary>
[Trait("Tier", "integration")]
public sealed class HardshipTests(SnapshotStack stack) : IClassFixture<SnapshotStack>
{
    [Fact]
    public async Task Clocks_that_jump_and_times_that_lie_hide_no_change()
    {
        var (id, session) = await RestoredAsync();
        using var _ = session;
        using var clock = new TempFolder("devex-clock-");
        await File.WriteAllTextAsync(clock["now"], "+0");
        var library = Directory.EnumerateDirectories("/usr/lib", "*-linux-gnu").Select(folder => Path.Combine(folder, "faketime", "libfaketimeMT.so.1")).Single(File.Exists);
        await using var saver = session.Start(
            ["/usr/bin/env", $"LD_PRELOAD={library}", $"FAKETIME_TIMESTAMP_FILE={clock["now"]}", "FAKETIME_NO_CACHE=1", "DONT_FAKE_MONOTONIC=1", "NO_FAKE_STAT=1"],
            "save", "--watch");

        // Each text is as long as the one before, and the file's own time never changes.
        foreach (var (offset, text) in ((string, string)[])[("+0", "first"), ("+1d", "ahead"), ("-2d", "early"), ("+0", "again")])
            await JumpAsync(offset, text);

        async Task JumpAsync(string offset, string text)
        {
            await File.WriteAllTextAsync(clock["now"], offset);
            await File.WriteAllTextAsync(session["workspace/edit"], text);
            File.SetLastWriteTimeUtc(session["workspace/edit"], DateTime.UnixEpoch.AddYears(31));
            await WaitForAsync(() => ReadAsync(id, "edit"), saved => saved == text);
        }
    }

    [Fact]
    public async Task What_a_program_writes_into_mapped_memory_is_saved_also_when_the_kernel_tells_no_time_of_it()
    {
        var (id, session) = await RestoredAsync();
        using var _ = session;
        await using var saver = session.Start("save", "--watch");
        await File.WriteAllTextAsync(session["workspace/database"], new string('-', 4096));
        await WaitForAsync(() => ReadAsync(id, "database"), text => text?.StartsWith('-') == true);
        const string Program = """
            import mmap, os, sys, time
            file = open(sys.argv[1], "r+b")
            memory = mmap.mmap(file.fileno(), 0)
            memory[0:6] = b"mapped"
            print("written", flush=True)
            while not os.path.exists(sys.argv[2]): time.sleep(0.02)
            memory[0:6] = b"MAPPED"
            print("again", flush=True)
            time.sleep(600)
            """;
        await using var python = ProgramProcess.Start("/usr/bin/python3", ["-c", Program, session["workspace/database"], Path.Combine(session.Control, "go")]);
        await python.WaitForLineAsync("written");

        // No event tells of it; the next look at everything does.
        await WaitForAsync(() => ReadAsync(id, "database"), text => text?.StartsWith("mapped-", StringComparison.Ordinal) == true);

        // After two more of them the saver takes the file for unchanged, and the kernel has not written the page back by itself.
        for (var look = 0; look < 2; look++)
        {
            var seen = await SavedAtAsync(session);
            await WaitForAsync(async () => $"{await SavedAtAsync(session) > seen}", later => later == "True");
        }
        await File.WriteAllTextAsync(Path.Combine(session.Control, "go"), "");
        await python.WaitForLineAsync("again");
        saver.Signal(15);
        Assert.Equal(0, await saver.WaitForExitAsync());
        Assert.StartsWith("MAPPED-", await ReadAsync(id, "database"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Sockets_and_devices_are_named_and_what_takes_their_place_is_saved()
    {
        var (id, session) = await RestoredAsync();
        using var _ = session;
        const string Script = """
            import os, socket, stat, sys
            os.chdir(sys.argv[1])
            socket.socket(socket.AF_UNIX).bind("socket")
            os.mkfifo("pipe")
            try: os.mknod("device", 0o600 | stat.S_IFCHR, os.makedev(1, 7))
            except PermissionError: os.mkfifo("device")
            """;
        await using (var python = ProgramProcess.Start("/usr/bin/python3", ["-c", Script, session["workspace"]]))
            Assert.Equal(0, await python.WaitForExitAsync());

        Assert.Equal(0, await session.RunAsync("save", "--attempt", "stop-1"));
        Assert.Equal(
            [new("workspace/device", "special"), new("workspace/pipe", "special"), new("workspace/socket", "special")], (await HeadAsync(id)).Saved.NotKept!);
        foreach (var name in (string[])["device", "pipe", "socket"])
        {
            File.Delete(session["workspace/" + name]);
            await File.WriteAllTextAsync(session["workspace/" + name], "a file");
        }
        Assert.Equal(0, await session.RunAsync("save", "--attempt", "stop-2"));
        Assert.Empty((await HeadAsync(id)).Saved.NotKept!);
        Assert.Equal("a file", await ReadAsync(id, "socket"));
    }

    [Fact]
    public async Task Many_small_packs_become_few_by_themselves()
    {
        var id = await stack.CreateReplAsync();
        var (_, writer, claimed) = await stack.CreateWriter(id).ClaimAsync();
        var page = await writer!.UploadFilesAsync([.. Enumerable.Range(0, 70).Select(n => ($"workspace/{n:D2}", $"content {n}"))]);
        await writer.CommitAsync(claimed!.Root.Number, page);
        Assert.Equal(70, (await RootAsync(id)).Packs.Count);
        using var session = stack.CreateSession(id, "session-2");
        await session.RunAsync("restore");

        await using var saver = session.Start("save", "--watch");

        await WaitForAsync(async () => $"{(await RootAsync(id)).Packs.Count}", packs => packs == "1");
        Assert.Equal("content 42", await ReadAsync(id, "42"));
    }

    [Fact]
    public async Task What_programs_write_into_the_savers_file_is_no_receipt_and_changes_nothing_that_is_saved()
    {
        var (id, session) = await RestoredAsync();
        using var _ = session;
        await using var saver = session.Start("save", "--watch");
        await File.WriteAllTextAsync(session["workspace/edit"], "1");
        await WaitForAsync(() => ReadAsync(id, "edit"), text => text == "1");
        var before = (await HeadAsync(id)).Saved;
        var forged = new SavesState(
            SaveProgress.Saved, Root: 999, Hash: new string('f', 64), AsOf: before.AsOf!.Value with { Nanoseconds = long.MaxValue }, Usage: new SpaceUsage(0, long.MaxValue, 0, long.MaxValue));
        await File.WriteAllBytesAsync(session["journal/.devex-saves.json"], JsonSerializer.SerializeToUtf8Bytes(forged, ProtocolJson.Default.SavesState));

        await File.WriteAllTextAsync(session["workspace/edit"], "2");
        await WaitForAsync(() => ReadAsync(id, "edit"), text => text == "2");

        var after = (await HeadAsync(id)).Saved;
        Assert.InRange(after.Root, before.Root + 1, 998);
        Assert.InRange(after.AsOf!.Value.Nanoseconds, before.AsOf.Value.Nanoseconds, long.MaxValue / 2);
        // The saver remembers what it said, not what stands there.
        await WaitForAsync(() => SavesAsync(session), text => text?.Contains(after.Hash, StringComparison.Ordinal) == true);
    }

    [Fact]
    public async Task A_root_that_holds_what_came_after_its_moment_is_followed_by_one_that_says_so()
    {
        var (id, session) = await RestoredAsync();
        using var _ = session;
        await using var saver = session.Start("save", "--watch");
        await File.WriteAllTextAsync(session["workspace/edit"], "1");
        await WaitForAsync(() => ReadAsync(id, "edit"), text => text == "1");
        // While a pack is on its way a file of the same folder is written: the save looks again and takes it along, with an asOf from before.
        SessionInstant? written = null;
        stack.Proxy.Hold = async (method, path) =>
        {
            if (method != "PUT" || !path.Contains("/packs/", StringComparison.Ordinal) || written is not null)
                return;
            await File.WriteAllTextAsync(session["workspace/late"], "late");
            written = Before(await HeadAsync(id));
        };
        try
        {
            await File.WriteAllTextAsync(session["workspace/edit"], "2");
            await WaitForAsync(() => ReadAsync(id, "late"), text => text == "late");
        }
        finally
        {
            stack.Proxy.Hold = (_, _) => Task.CompletedTask;
        }
        var now = (await HeadAsync(id)).Saved.Root;

        await WaitForAsync(async () => $"{(await HeadAsync(id)).Saved.AsOf!.Value.Nanoseconds > written!.Value.Nanoseconds}", covered => covered == "True");
        Assert.InRange((await HeadAsync(id)).Saved.Root, now, now + 2);

        static SessionInstant Before(SnapshotHead head) => head.Saved.AsOf!.Value;
    }

    [Fact]
    public async Task A_restore_that_finds_no_room_on_the_disk_says_so_and_the_next_one_with_room_is_whole()
    {
        var id = await stack.CreateReplAsync();
        using (var first = stack.CreateSession(id))
        {
            await first.RunAsync("restore");
            var content = new byte[600_000];
            new Random(1).NextBytes(content);
            await File.WriteAllBytesAsync(first["workspace/large"], content);
            await first.RunAsync("save", "--attempt", "stop");
        }
        using var session = stack.CreateSession(id, "session-2");
        const string Full = """mount -t tmpfs -o size=200k tmpfs "$0" && exec "$@" """;
        string[] own = Environment.UserName == "root" ? [] : ["--user", "--map-root-user"];

        await using (var restore = session.Start(["/usr/bin/unshare", .. own, "--mount", "/bin/sh", "-c", Full, session["workspace"]], "restore"))
        {
            Assert.Equal(6, await restore.WaitForExitAsync());
            Assert.Contains("The files cannot be written", restore.OutputText, StringComparison.Ordinal);
        }

        Assert.Null(session.Marker);
        Assert.Equal(0, await session.RunAsync("restore"));
        Assert.Equal(600_000, new FileInfo(session["workspace/large"]).Length);
    }

    private async Task<(ReplId, SessionFolder)> RestoredAsync()
    {
        var id = await stack.CreateReplAsync();
        var session = stack.CreateSession(id);
        await session.RunAsync("restore");
        return (id, session);
    }

    private async Task<SnapshotHead> HeadAsync(ReplId id) => (await stack.Snapshots.HeadAsync(stack.Owner, id, CancellationToken.None))!;

    private async Task<SnapshotRoot> RootAsync(ReplId id) =>
        (await stack.Core.Services.GetRequiredService<RootChain>().NewestAsync(stack.Owner, id, CancellationToken.None))!.Root;

    private Task<string?> ReadAsync(ReplId id, string path) => stack.Snapshots.ReadTextAsync(stack.Owner, id, path, 1000, CancellationToken.None);

    private static async Task<string?> SavesAsync(SessionFolder session) => Encoding.UTF8.GetString(await File.ReadAllBytesAsync(session["journal/.devex-saves.json"]));

    private static async Task<DateTimeOffset?> SavedAtAsync(SessionFolder session) =>
        JsonSerializer.Deserialize(await SavesAsync(session) ?? "{}", ProtocolJson.Default.SavesState)?.At;
}
