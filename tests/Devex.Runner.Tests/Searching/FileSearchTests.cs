using Devex.Contracts;
using Devex.Contracts.Protocol;
using Devex.Runner.Files;
using Devex.Runner.Searching;
using Devex.Runner.Serving;
using Devex.Testing;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Devex.Runner.Tests.Searching;

public sealed class FileSearchTests : IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly FakeTimeProvider _time = new();
    private readonly Workspace _workspace;
    private readonly WorkspaceFiles _files;

    public FileSearchTests()
    {
        var options = new ServeOptions(ReplId.New(), "unix:/x", "", _folder["workspace"], _folder["home"], _folder["journal"]);
        Directory.CreateDirectory(options.Workspace);
        _workspace = new Workspace(options);
        _files = new WorkspaceFiles(_workspace, new FileDrafts(_workspace, options));
    }

    public void Dispose()
    {
        _workspace.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task A_search_that_goes_on_for_too_long_ends_and_says_so()
    {
        for (var i = 0; i < 10; i++)
            await File.WriteAllTextAsync(_folder[$"workspace/{i}.txt"], string.Concat(Enumerable.Repeat("match\n", 300)), TestContext.Current.CancellationToken);
        var query = new SearchQuery("match");
        var told = 0;
        var ended = await new FileSearch(_workspace, _files, new Ripgrep(null!, _workspace, searchPath: ""), _time).RunAsync(new StartSearch("1", query), new LineMatcher(query), _ =>
        {
            told++;
            _time.Advance(FileSearch.Longest);
        }, TestContext.Current.CancellationToken);
        Assert.Equal((1, 1, 300, false, false), (told, ended.Files, ended.Matches, ended.Limited, ended.Cancelled));
        Assert.Contains("did not see every file", ended.Problem, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Replacing_ends_between_two_lines()
    {
        await File.WriteAllTextAsync(_folder["workspace/a.txt"], "one\ntwo\n", TestContext.Current.CancellationToken);
        var matcher = new LineMatcher(new SearchQuery("one", Replacement: "1"));
        var text = SearchedText.Read(_files, "a.txt", matcher)!;
        Assert.Throws<OperationCanceledException>(() => text.Replace(matcher, null, new CancellationToken(canceled: true)));
    }
}
