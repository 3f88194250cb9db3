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

/// <summary>How long download paths work, and how many there are.</summary>
public sealed class FileDownloadsTests : IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly FakeTimeProvider _time = new();
    private readonly Grant _ada = new("token", UserId.Local("ada"), "Ada", Role.Viewer) { Connections = 1 };
    private readonly FileDownloads _downloads;

    public FileDownloadsTests()
    {
        foreach (var part in (string[])["workspace", "workspace/folder", "journal"])
            Directory.CreateDirectory(_folder[part]);
        File.WriteAllText(_folder["workspace/a"], "a");
        var options = new ServeOptions(ReplId.New(), "unix:/x", "", _folder["workspace"], _folder["home"], _folder["journal"]);
        var workspace = new Workspace(options);
        _downloads = new FileDownloads(new WorkspaceFiles(workspace, new FileDrafts(workspace, options)), _time);
    }

    public void Dispose()
    {
        _ada.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void A_path_is_to_be_used_within_a_minute_and_gone_on_with_for_ten_after_the_last_answer()
    {
        var late = Offer();
        var code = Offer();
        using (var first = _downloads.Take(code))
        {
            Assert.True(first!.First);
            // However long that takes.
            _time.Advance(TimeSpan.FromHours(1));
            Assert.Null(_downloads.Take(late));
            using var beside = _downloads.Take(code);
            Assert.False(beside!.First);
        }
        _time.Advance(TimeSpan.FromMinutes(10));
        using (var again = _downloads.Take(code))
            Assert.False(again!.First);
        _time.Advance(TimeSpan.FromMinutes(10));
        Assert.NotNull(_downloads.Take(code));
        _ada.Connections = 0;
        Assert.Null(_downloads.Take(code));
        _ada.Connections = 1;
        Assert.NotNull(_downloads.Take(code));
        _ada.Revoke();
        Assert.Null(_downloads.Take(code));
    }

    [Fact]
    public void A_path_that_was_left_is_forgotten_and_an_archive_is_never_gone_on_with()
    {
        var code = Offer();
        _downloads.Take(code)!.Dispose();
        _time.Advance(TimeSpan.FromMinutes(11));
        Assert.Null(_downloads.Take(code));
        var archive = Offer(new("folder", Archive: true));
        Assert.True(_downloads.Take(archive)!.First);
        Assert.Null(_downloads.Take(archive));
    }

    [Fact]
    public void Of_too_many_the_one_that_was_left_first_is_forgotten_and_none_that_is_still_to_be_used()
    {
        var (left, later, running) = (Offer(), Offer(), Offer());
        _downloads.Take(left)!.Dispose();
        _time.Advance(TimeSpan.FromSeconds(1));
        _downloads.Take(later)!.Dispose();
        using var answered = _downloads.Take(running);
        for (var others = 0; others < 998; others++)
            Offer();
        Assert.Null(_downloads.Take(left));
        Assert.NotNull(_downloads.Take(later));
        var refused = Assert.Throws<SessionException>(() => Offer());
        Assert.Equal("files.links", refused.Reason);
    }

    private string Offer(LinkFile? link = null) => _downloads.Offer(_ada, link ?? new("a")).Url["/downloads/".Length..];
}
