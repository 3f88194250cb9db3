using System.Net;
using Devex.Contracts;
using Devex.Core.Snapshots;
using Devex.Core.Tests.Snapshots.Fixtures;
using Devex.Testing;
using Xunit;

namespace Devex.Core.Tests.Snapshots;

[Trait("Tier", "integration")]
public sealed class SaverTests(SnapshotStack stack) : IClassFixture<SnapshotStack>
{
    private const int SigTerm = 15;

    [Fact]
    public async Task The_saver_commits_an_edit_by_itself_and_a_last_time_when_it_is_told_to_end()
    {
        var (id, session) = await RestoredAsync();
        using var _ = session;
        await using var saver = session.Start("save", "--watch");
        File.WriteAllText(session["workspace/edit"], "1");
        await saver.WaitForLineAsync("Saved as 3");
        Assert.Equal("1", await ReadAsync(id, "edit"));

        File.WriteAllText(session["workspace/edit"], "2");
        await saver.WaitForLineAsync("Saved as 4");
        Assert.Equal("2", await ReadAsync(id, "edit"));

        File.WriteAllText(session["workspace/edit"], "3");
        saver.Signal(SigTerm);
        Assert.Equal(0, await saver.WaitForExitAsync());
        Assert.Equal("3", await ReadAsync(id, "edit"));
    }

    [Fact]
    public async Task One_edit_uploads_one_pack_and_one_page()
    {
        var (id, session) = await RestoredAsync();
        using var _ = session;
        for (var i = 0; i < 2000; i++)
            File.WriteAllText(session[$"workspace/some-file-with-a-long-name-{i}"], $"{i}");
        await using var saver = session.Start("save", "--watch");
        await saver.WaitForLineAsync("Saved as 3");
        stack.Proxy.Requests.Clear();
        File.WriteAllText(session["workspace/some-file-with-a-long-name-1000"], "edited");
        await saver.WaitForLineAsync("Saved as 4");

        var puts = stack.Proxy.Requests.Where(request => request.Method == "PUT" && request.Path.Contains($"/{stack.Owner}/", StringComparison.Ordinal)).ToList();
        Assert.Single(puts, put => put.Path.Contains("/packs/", StringComparison.Ordinal));
        Assert.Single(puts, put => put.Path.Contains("/pages/", StringComparison.Ordinal));
        Assert.Single(puts, put => put.Path.Contains($"/repls/{id}/roots/", StringComparison.Ordinal));
        Assert.Equal(3, puts.Count);
    }

    [Fact]
    public async Task A_save_that_s3_fails_is_tried_again_until_it_is_committed()
    {
        var (id, session) = await RestoredAsync();
        using var _ = session;
        File.WriteAllText(session["workspace/edit"], "kept");
        var failures = 0;
        stack.Proxy.Fail = (method, path) =>
            method == "PUT" && path.Contains("/packs/", StringComparison.Ordinal) && Interlocked.Increment(ref failures) <= 3 ? HttpStatusCode.InternalServerError : null;

        var code = await session.RunAsync("save", "--attempt", "stop-1");
        stack.Proxy.Fail = (_, _) => null;

        Assert.Equal(0, code);
        Assert.Equal(4, failures);
        Assert.Equal("kept", await ReadAsync(id, "edit"));
    }

    [Fact]
    public async Task A_commit_whose_answer_is_lost_is_one_commit()
    {
        var (id, session) = await RestoredAsync();
        using var _ = session;
        File.WriteAllText(session["workspace/edit"], "once");
        await using var between = await FailingProxy.StartAsync(SnapshotStack.UrlOf(stack.Core));
        session.MoveCore(between.Url);
        var commits = 0;
        between.FailAfter = (_, path) => path.EndsWith("/commits", StringComparison.Ordinal) && Interlocked.Increment(ref commits) <= 2 ? HttpStatusCode.BadGateway : null;

        Assert.Equal(0, await session.RunAsync("save", "--attempt", "stop-1"));

        Assert.Equal(3, commits);
        Assert.Equal(4, (await HeadAsync(id)).Saved.Root);
    }

    [Fact]
    public async Task A_save_killed_at_any_point_leaves_the_former_head_or_the_whole_new_one()
    {
        var (id, session) = await RestoredAsync();
        using var _ = session;
        for (var round = 0; round < 6; round++)
        {
            var before = (await HeadAsync(id)).Saved;
            File.WriteAllText(session["workspace/edit"], $"round {round}");
            var seen = 0;
            var reached = new TaskCompletionSource();
            stack.Proxy.Fail = (method, path) =>
            {
                if (method == "PUT" && path.Contains($"/{stack.Owner}/", StringComparison.Ordinal) && Interlocked.Increment(ref seen) == round / 2 + 2)
                    reached.TrySetResult();
                return null;
            };
            await using var save = session.Start("save", "--attempt", $"stop-{round}");
            await Task.WhenAny(reached.Task, save.WaitForExitAsync());
            await save.KillAsync();
            stack.Proxy.Fail = (_, _) => null;

            var (head, text) = await ReadWithHeadAsync(id, "edit");
            Assert.True(head.Attempt == $"stop-{round}" ? text == $"round {round}" : text != $"round {round}");
            Assert.True(head.Saved.Root >= before.Root);
        }

        Assert.Equal(0, await session.RunAsync("save", "--attempt", "last"));
        Assert.Equal("round 5", await ReadAsync(id, "edit"));
    }

    [Fact]
    public async Task A_saver_that_was_superseded_by_another_session_writes_nothing_more_and_says_so()
    {
        var (id, session) = await RestoredAsync();
        using var _ = session;
        await using var saver = session.Start("save", "--watch");
        File.WriteAllText(session["workspace/edit"], "1");
        await saver.WaitForLineAsync("Saved as 3");
        using var other = stack.CreateSession(id, "session-2");
        await other.RunAsync("restore");

        File.WriteAllText(session["workspace/edit"], "of the zombie");

        Assert.Equal(3, await saver.WaitForExitAsync());
        Assert.Equal("1", await ReadAsync(id, "edit"));
    }

    [Fact]
    public async Task A_saver_started_again_after_a_failed_attempt_of_its_session_claims_anew()
    {
        var (id, session) = await RestoredAsync();
        using var _ = session;
        await stack.CreateWriter(id).ClaimAsync(attempt: "stop-1");
        File.WriteAllText(session["workspace/edit"], "after the attempt");
        await using var saver = session.Start("save", "--watch");

        await saver.WaitForLineAsync("Saved as");

        Assert.Equal("after the attempt", await ReadAsync(id, "edit"));
    }

    [Fact]
    public async Task Before_the_restore_is_done_a_save_keeps_the_head_and_says_that_nothing_was_changed()
    {
        var id = await stack.CreateReplAsync();
        using var session = stack.CreateSession(id);
        File.WriteAllText(session["workspace/half"], "of a restore");

        Assert.Equal(0, await session.RunAsync("save", "--attempt", "stop-1"));

        var head = await HeadAsync(id);
        Assert.Equal("stop-1", head.Attempt);
        Assert.False(head.Restored);
        Assert.Equal(2, head.Saved.Files);
    }

    [Fact]
    public async Task A_second_restore_leaves_newer_files_alone()
    {
        var (_, session) = await RestoredAsync();
        using var _ = session;
        File.WriteAllText(session["workspace/src/main.py"], "newer");

        Assert.Equal(0, await session.RunAsync("restore"));

        Assert.Equal("newer", File.ReadAllText(session["workspace/src/main.py"]));
    }

    [Fact]
    public async Task A_restore_that_was_killed_is_finished_by_the_next()
    {
        var id = await stack.CreateReplAsync();
        using (var first = stack.CreateSession(id))
        {
            await first.RunAsync("restore");
            for (var i = 0; i < 40; i++)
                File.WriteAllBytes(first[$"workspace/{i}"], RandomBytes(1_000_000, i));
            await first.RunAsync("save", "--attempt", "stop");
        }
        using var session = stack.CreateSession(id, "session-2");
        File.WriteAllText(session["workspace/left by nobody"], "x");
        var gets = 0;
        var reached = new TaskCompletionSource();
        stack.Proxy.Fail = (method, path) =>
        {
            if (method == "GET" && path.Contains("/packs/", StringComparison.Ordinal) && Interlocked.Increment(ref gets) == 3)
                reached.TrySetResult();
            return null;
        };
        await using (var restore = session.Start("restore"))
        {
            await reached.Task;
            await restore.KillAsync();
        }
        stack.Proxy.Fail = (_, _) => null;
        Assert.Null(session.Marker);

        Assert.Equal(0, await session.RunAsync("restore"));

        Assert.NotNull(session.Marker);
        Assert.False(File.Exists(session["workspace/left by nobody"]));
        for (var i = 0; i < 40; i++)
            Assert.Equal(RandomBytes(1_000_000, i), File.ReadAllBytes(session[$"workspace/{i}"]));
    }

    [Fact]
    public async Task A_restore_that_s3_stops_answering_in_the_midst_of_a_pack_goes_on_by_itself()
    {
        var id = await stack.CreateReplAsync();
        using (var first = stack.CreateSession(id))
        {
            await first.RunAsync("restore");
            File.WriteAllBytes(first["workspace/large"], RandomBytes(1_000_000, 1));
            await first.RunAsync("save", "--attempt", "stop");
        }
        using var session = stack.CreateSession(id, "session-2");
        var (halves, released) = (0, new TaskCompletionSource());
        stack.Proxy.Trickle = (request, length) =>
            request.Method == "GET" && request.Path.Value!.Contains("/packs/", StringComparison.Ordinal) && length > 500_000 && Interlocked.Increment(ref halves) == 1
                ? (length / 2, () => released.Task)
                : null;
        try
        {
            // Without a limit on its silence it would be waited for without end.
            Assert.Equal(0, await session.RunAsync("restore").WaitAsync(TimeSpan.FromSeconds(60), TestContext.Current.CancellationToken));
        }
        finally
        {
            stack.Proxy.Trickle = (_, _) => null;
            released.SetResult();
        }

        Assert.Equal(2, halves);
        Assert.Equal(RandomBytes(1_000_000, 1), File.ReadAllBytes(session["workspace/large"]));
    }

    [Fact]
    public async Task Names_of_all_kinds_links_and_special_files_neither_stop_a_save_nor_lead_it_out()
    {
        var (id, session) = await RestoredAsync();
        using var _ = session;
        var script = """
            cd "$1"
            printf a > "$(printf 'new\nline')"
            printf b > '$(touch pwned)'
            printf c > ./-rf
            printf d > "$(printf 'bad\377utf8')"
            printf 'e\\f' > 'back\slash'
            mkfifo pipe
            ln -s /proc/self/environ environ
            ln -s loop loop
            ln -s /etc etc
            truncate -s 300M sparse
            mkdir -m 500 readonly
            mkdir deep && cd deep && for i in $(seq 120); do mkdir d && cd d; done && printf deep > bottom
            """;
        await using (var shell = ProgramProcess.Start("/bin/bash", ["-c", script, "bash", session["workspace"]]))
            Assert.Equal(0, await shell.WaitForExitAsync());

        Assert.Equal(0, await session.RunAsync("save", "--attempt", "stop-1"));
        Assert.Contains("workspace/pipe", (await HeadAsync(id)).Saved.Stale);
        using var next = stack.CreateSession(id, "session-2");
        await next.RunAsync("restore");

        await using var diff = ProgramProcess.Start("/bin/bash", ["-c", "rm \"$1/pipe\"; diff -r --no-dereference \"$1\" \"$2\"", "bash", session["workspace"], next["workspace"]]);
        Assert.Equal(0, await diff.WaitForExitAsync());
        Assert.Equal("/proc/self/environ", new FileInfo(next["workspace/environ"]).LinkTarget);
        Assert.Equal((UnixFileMode)0x140, File.GetUnixFileMode(next["workspace/readonly"]));
        Assert.False(File.Exists(next["workspace/pwned"]));
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

    /// <summary>A file and the head it was read from: a commit that was under way when its saver was killed may still arrive.</summary>
    private async Task<(SnapshotHead Head, string? Text)> ReadWithHeadAsync(ReplId id, string path)
    {
        while (true)
        {
            var head = await HeadAsync(id);
            var text = await ReadAsync(id, path);
            if ((await HeadAsync(id)).Saved.Root == head.Saved.Root)
                return (head, text);
        }
    }

    private static byte[] RandomBytes(int length, int seed)
    {
        var bytes = new byte[length];
        new Random(seed).NextBytes(bytes);
        return bytes;
    }
}
