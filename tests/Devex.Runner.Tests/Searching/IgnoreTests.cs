using System.Diagnostics;
using Devex.Contracts;
using Devex.Runner.Files;
using Devex.Runner.Searching;
using Devex.Runner.Serving;
using Devex.Testing;
using Xunit;

namespace Devex.Runner.Tests.Searching;

/// <summary>What is left out is what git leaves out: git itself says which.</summary>
public sealed class IgnoreTests : IDisposable
{
    private readonly TempFolder _folder = new();

    [Theory]
    [InlineData("*.log\n!keep.log")]
    [InlineData("/build\nsrc/*.o")]
    [InlineData("build/\n# comment\n\n\\#hash")]
    [InlineData("**/gen/**\n!**/gen/keep.txt")]
    [InlineData("src/**/b.log\n/a.log\ndeep/")]
    [InlineData("*\n!*/\n!*.txt")]
    [InlineData("a.log   \nsrc\n!src")]
    [InlineData("[ab].log\n?.o")]
    public void Files_are_ignored_as_git_ignores_them(string rules)
    {
        string[] paths =
        [
            "a.log", "b.log", "keep.log", "#hash", "a.o", "build", "src/build/x.txt", "src/a.o", "src/deep/a.o", "src/deep/b.log", "src/gen/keep.txt",
            "src/gen/x.txt", "deep/one.txt", "src/keep.log",
        ];
        var workspace = _folder["workspace"];
        foreach (var path in paths)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Path.Combine(workspace, path))!);
            File.WriteAllText(Path.Combine(workspace, path), "x");
        }
        File.WriteAllText(Path.Combine(workspace, ".gitignore"), rules);
        File.WriteAllText(Path.Combine(workspace, "src", ".gitignore"), "!b.log\n*.txt\n");
        Git("init", "--quiet");
        var expected = Git("ls-files", "--others", "--exclude-standard", "-z").Split('\0', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(expected.Order(StringComparer.Ordinal), Walk(ignored: false));
    }

    [Fact]
    public void Dependencies_are_left_out_without_being_named_and_links_lead_nowhere()
    {
        foreach (var path in (string[])["workspace/node_modules/x/index.js", "workspace/.git/config", "workspace/src/a.js", "outside/secret"])
        {
            Directory.CreateDirectory(Path.GetDirectoryName(_folder[path])!);
            File.WriteAllText(_folder[path], "x");
        }
        File.CreateSymbolicLink(_folder["workspace/out"], _folder["outside"]);
        File.CreateSymbolicLink(_folder["workspace/file"], _folder["outside/secret"]);
        Assert.Equal(["src/a.js"], Walk(ignored: false));
        Assert.Equal(["node_modules/x/index.js", "src/a.js"], Walk(ignored: true));
    }

    public void Dispose() => _folder.Dispose();

    private IEnumerable<string> Walk(bool ignored)
    {
        using var workspace = new Workspace(new ServeOptions(ReplId.New(), "unix:/x", "", _folder["workspace"], _folder["home"], _folder["journal"]));
        return [.. new WorkspaceWalk(workspace, ignored).Files(TestContext.Current.CancellationToken).Select(file => RelativePath.Join(file.Folder, file.Name)).Order(StringComparer.Ordinal)];
    }

    private string Git(params string[] arguments)
    {
        var start = new ProcessStartInfo("git", arguments) { WorkingDirectory = _folder["workspace"], RedirectStandardOutput = true };
        // Nothing that this machine ignores, and no other repository, has a say.
        (start.Environment["GIT_CONFIG_GLOBAL"], start.Environment["GIT_CONFIG_NOSYSTEM"], start.Environment["XDG_CONFIG_HOME"]) = ("/dev/null", "1", _folder["none"]);
        using var git = Process.Start(start)!;
        var output = git.StandardOutput.ReadToEnd();
        git.WaitForExit();
        Assert.Equal(0, git.ExitCode);
        return output;
    }
}
