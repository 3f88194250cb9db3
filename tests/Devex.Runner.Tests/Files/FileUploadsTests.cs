using Devex.Contracts;
using Devex.Contracts.Protocol;
using Devex.Runner.Access;
using Devex.Runner.Files;
using Devex.Runner.Serving;
using Devex.Runner.Sessions;
using Devex.Testing;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Devex.Runner.Tests.Files;

/// <summary>How long uploads are known, and how many.</summary>
public sealed class FileUploadsTests : IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly FakeTimeProvider _time = new();
    private readonly Grant _ada = new("token", UserId.Local("ada"), "Ada", Role.Editor);
    private readonly FileDrafts _drafts;
    private readonly FileUploads _uploads;

    public FileUploadsTests()
    {
        foreach (var part in (string[])["workspace", "journal"])
            Directory.CreateDirectory(_folder[part]);
        var options = new ServeOptions(ReplId.New(), "unix:/x", "", _folder["workspace"], _folder["home"], _folder["journal"]);
        _drafts = new FileDrafts(new Workspace(options), options);
        _uploads = new FileUploads(_time);
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private int Drafts => Directory.GetFiles(_folder["workspace"]).Length;

    public void Dispose()
    {
        _uploads.Dispose();
        _ada.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task What_came_is_kept_for_ten_minutes_after_the_last_word()
    {
        await LoseAsync("a");
        Assert.Equal(1, (await _uploads.AskAsync(_ada, "a", Token)).Bytes);
        _time.Advance(TimeSpan.FromMinutes(10));
        Assert.Equal(1, (await _uploads.AskAsync(_ada, "a", Token)).Bytes);
        _time.Advance(TimeSpan.FromMinutes(10));
        Assert.Equal(1, Drafts);
        _time.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(0, Drafts);
        await Assert.ThrowsAsync<SessionException>(() => _uploads.AskAsync(_ada, "a", Token));
        // And so is the next one.
        await LoseAsync("b");
        _time.Advance(TimeSpan.FromMinutes(11));
        Assert.Equal(0, Drafts);
    }

    [Fact]
    public async Task Of_too_many_the_complete_ones_are_forgotten_and_then_the_one_that_was_left_first()
    {
        for (var i = 0; i < FileUploads.Most; i++)
        {
            await LoseAsync($"u{i}");
            _time.Advance(TimeSpan.FromSeconds(1));
        }
        await _uploads.AskAsync(_ada, "u0", Token);
        await LoseAsync("more");
        Assert.Equal(FileUploads.Most, Drafts);
        await Assert.ThrowsAsync<SessionException>(() => _uploads.AskAsync(_ada, "u1", Token));
        Assert.Equal(1, (await _uploads.AskAsync(_ada, "u0", Token)).Bytes);

        await SendAsync("whole", Whole);
        await SendAsync("whole2", Whole);
        await Assert.ThrowsAsync<SessionException>(() => _uploads.AskAsync(_ada, "u2", Token));
        await Assert.ThrowsAsync<SessionException>(() => _uploads.AskAsync(_ada, "whole", Token));
        Assert.Equal(1, (await _uploads.AskAsync(_ada, "u3", Token)).Bytes);
    }

    [Fact]
    public async Task Of_many_that_send_at_once_one_more_is_refused_and_the_end_of_the_program_leaves_nothing()
    {
        var end = new TaskCompletionSource<string>();
        var sending = Enumerable.Range(0, FileUploads.Most).Select(i => SendAsync($"u{i}", _ => end.Task)).ToList();
        var refused = await Assert.ThrowsAsync<SessionException>(() => SendAsync("more", _ => end.Task));
        Assert.Equal((ErrorCodes.TooMany, "files.uploads"), (refused.Code, refused.Reason));
        end.SetException(new IOException("lost"));
        foreach (var one in sending)
            await Assert.ThrowsAsync<IOException>(() => one);
        Assert.Equal(FileUploads.Most, Drafts);
        _uploads.Dispose();
        Assert.Equal(0, Drafts);
    }

    [Fact]
    public async Task Whoever_sends_last_ends_the_one_before()
    {
        var (aborted, hangs) = (new TaskCompletionSource(), new TaskCompletionSource<string>());
        var first = SendAsync("a", _ => hangs.Task, () =>
        {
            aborted.SetResult();
            hangs.SetException(new IOException("aborted"));
        });
        var second = SendAsync("a", Whole);
        await aborted.Task.WaitAsync(TimeSpan.FromSeconds(30), Token);
        await Assert.ThrowsAsync<IOException>(() => first);
        Assert.Equal(await second, (await _uploads.AskAsync(_ada, "a", Token)).Version);
        Assert.Equal("x", await File.ReadAllTextAsync(Path.Combine(_folder["workspace"], "a"), Token));
    }

    private static Task<string> Whole(FileDraft draft)
    {
        draft.Write("x"u8);
        return Task.FromResult(draft.Commit());
    }

    /// <summary>One byte comes, and then the connection is lost.</summary>
    private async Task LoseAsync(string name) => await Assert.ThrowsAsync<IOException>(() => SendAsync(name, draft =>
    {
        draft.Write("x"u8);
        throw new IOException("lost");
    }));

    private Task<string> SendAsync(string name, Func<FileDraft, Task<string>> receive, Action? abort = null) =>
        _uploads.ReceiveAsync(_ada, new UploadPart(name, 0, name, null), () => _drafts.Begin(name, null), receive, abort ?? (() => { }), Token);
}
