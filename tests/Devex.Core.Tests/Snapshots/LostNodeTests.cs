using Devex.Contracts;
using Devex.Contracts.Protocol;
using Devex.Core.Tests.Snapshots.Fixtures;
using Xunit;

namespace Devex.Core.Tests.Snapshots;

/// <summary>A node burns, and with it workspace and journal. What a page still holds comes back, once.</summary>
[Trait("Tier", "integration")]
public sealed class LostNodeTests(SnapshotStack stack) : IClassFixture<SnapshotStack>
{
    private const string Ada = "adaadaadaadaadaa";

    [Fact]
    public async Task Acknowledged_edits_that_no_snapshot_holds_come_back_from_the_page_that_made_them_and_count_once()
    {
        var id = await stack.CreateReplAsync();
        var before = await LoseNodeAsync(id);
        using var session = stack.CreateSession(id, "session-2");
        await session.RunAsync("restore");
        Assert.Equal("1print('hello')\n", await File.ReadAllTextAsync(session["workspace/src/main.py"]));
        await using var serve = await SessionServe.StartAsync(id, session);

        // The page names the version that it had reached; serve answers with the one that it still knows.
        var opened = await serve.OpenAsync("src/main.py", new ResumeDocument(before.Document, before.Version));
        Assert.Equal(before.Document, opened.Document);
        Assert.Equal(before.Saved, opened.Base);
        Assert.Empty(opened.Updates!);
        Assert.Equal(1, opened.Received[Ada]);
        Assert.True(opened.Version > before.Version);

        // Of what it keeps it sends what is not counted, and once more what it sent, as after an answer that was lost.
        var length = "1print('hello')\n".Length;
        var version = await serve.PushAsync(opened.Document, opened.Version, length, (Ada, 2, "2"), (Ada, 3, "3"));
        Assert.Equal(opened.Version + 2, version);
        Assert.Equal(version, await serve.PushAsync(opened.Document, opened.Version, length, (Ada, 2, "2"), (Ada, 3, "3")));
        await serve.FlushedAsync(version);

        Assert.Equal("321print('hello')\n", await File.ReadAllTextAsync(session["workspace/src/main.py"]));
    }

    [Fact]
    public async Task What_a_page_sends_after_it_was_already_saved_is_not_applied_again()
    {
        var id = await stack.CreateReplAsync();
        var before = await LoseNodeAsync(id);
        using var session = stack.CreateSession(id, "session-2");
        await session.RunAsync("restore");
        await using var serve = await SessionServe.StartAsync(id, session);
        var opened = await serve.OpenAsync("src/main.py", new ResumeDocument(before.Document, before.Version));

        // A page that never heard that its first edit was saved sends that one too, made on the text before it.
        var version = await serve.PushAsync(opened.Document, opened.Version, "1print('hello')\n".Length, (Ada, 2, "2"));
        var error = await Record.ExceptionAsync(() => serve.PushAsync(opened.Document, opened.Version, "print('hello')\n".Length, (Ada, 1, "1")));
        await serve.FlushedAsync(version);

        Assert.IsType<Devex.Testing.Runner.RunnerErrorException>(error);
        Assert.Equal("21print('hello')\n", await File.ReadAllTextAsync(session["workspace/src/main.py"]));
    }

    [Fact]
    public async Task A_flush_is_covered_by_the_moment_that_the_next_root_names()
    {
        var id = await stack.CreateReplAsync();
        using var session = stack.CreateSession(id);
        await session.RunAsync("restore");
        await using var saver = session.Start("save", "--watch");
        await saver.WaitForLineAsync("Saved as 3");
        await using var serve = await SessionServe.StartAsync(id, session);
        var opened = await serve.OpenAsync("src/main.py");
        var version = await serve.PushAsync(opened.Document, opened.Version, "print('hello')\n".Length, (Ada, 1, "1"));
        var flushed = await serve.FlushedAsync(version);

        await ContinuousSavingTests.WaitForAsync(() => stack.Snapshots.ReadTextAsync(stack.Owner, id, "src/main.py", 100, CancellationToken.None), text => text == "1print('hello')\n");
        var saved = (await stack.Snapshots.HeadAsync(stack.Owner, id, CancellationToken.None))!.Saved;
        Assert.Equal(flushed.At.BootId, saved.AsOf!.Value.BootId);
        Assert.True(saved.AsOf.Value.Nanoseconds > flushed.At.Nanoseconds);
        var told = await serve.Session.NextAsync("saves.changed", ProtocolJson.Default.SavesState, state => state.State == SaveProgress.Saved && state.Root >= saved.Root);
        Assert.True(told.AsOf!.Value.Nanoseconds >= saved.AsOf.Value.Nanoseconds);
        Assert.True(told.Usage is { Files: > 5, Bytes: > 0, MaxBytes: > 0 });
    }

    /// <summary>One edit in a snapshot, two more acknowledged; then saver and serve are killed and everything on the node is gone.</summary>
    private async Task<(string Document, long Version, long Saved)> LoseNodeAsync(ReplId id)
    {
        using var session = stack.CreateSession(id);
        await session.RunAsync("restore");
        await using var saver = session.Start("save", "--watch");
        await using var serve = await SessionServe.StartAsync(id, session);
        var opened = await serve.OpenAsync("src/main.py");
        var saved = await serve.PushAsync(opened.Document, opened.Version, "print('hello')\n".Length, (Ada, 1, "1"));
        await serve.FlushedAsync(saved);
        await ContinuousSavingTests.WaitForAsync(() => stack.Snapshots.ReadTextAsync(stack.Owner, id, "src/main.py", 100, CancellationToken.None), text => text == "1print('hello')\n");
        await saver.KillAsync();
        var version = await serve.PushAsync(opened.Document, saved, "1print('hello')\n".Length, (Ada, 2, "2"), (Ada, 3, "3"));
        await serve.KillAsync();
        return (opened.Document, version, saved);
    }
}
