using Devex.Contracts;
using Devex.Contracts.Protocol;
using Devex.Runner.Files;
using Devex.Runner.Serving;
using Devex.Runner.Sessions;
using Devex.Testing;
using Xunit;

namespace Devex.Runner.Tests.Files;

public sealed class WorkspaceTests : IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly Workspace _workspace;
    private readonly WorkspaceFiles _files;

    public WorkspaceTests()
    {
        foreach (var part in (string[])["workspace", "outside", "journal"])
            Directory.CreateDirectory(_folder[part]);
        var options = new ServeOptions(ReplId.New(), "unix:/x", "", Root, _folder["home"], _folder["journal"]);
        _workspace = new Workspace(options);
        _files = new WorkspaceFiles(_workspace, new FileDrafts(_workspace, options));
        File.WriteAllText(_folder["outside/secret"], "secret");
    }

    private string Root => _folder["workspace"];

    private string this[string path] => Path.Combine(Root, path);

    [Theory]
    [InlineData("../outside/secret")]
    [InlineData("..")]
    [InlineData(".")]
    [InlineData("/etc/passwd")]
    [InlineData("a/../../outside/secret")]
    [InlineData("a//b")]
    [InlineData("a/")]
    [InlineData("a/./b")]
    [InlineData("a\0b")]
    [InlineData(".devex-1")]
    public void A_path_that_cannot_be_is_refused(string path)
    {
        Directory.CreateDirectory(this["a"]);
        Assert.Equal(400, Code(() => _files.Read(path)));
        Assert.Equal(400, Code(() => _files.Write(path, "x"u8, "*")));
        Assert.Equal(400, Code(() => _files.Delete(path, true, default)));
        Assert.Equal(400, Code(() => _files.Rename("a", path, true)));
        Assert.Equal("secret", File.ReadAllText(_folder["outside/secret"]));
    }

    [Fact]
    public void Half_a_surrogate_pair_is_no_name() => Assert.Equal(400, Code(() => _files.Write("a\ud800", "x"u8, "*")));

    [Fact]
    public void Names_that_only_look_special_are_names()
    {
        foreach (var name in (string[])["..\\x", "...", "a.", " ", "-rf", "$(id)", "new\nline", "\u202Etxt.exe", new string('ä', 127)])
        {
            _files.Write(name, "x"u8, null);
            Assert.Equal("x", _files.Read(name).Content);
        }
        Assert.Equal(3, new DirectoryInfo(_folder.Path).GetDirectories().Length);
    }

    [Fact]
    public void An_overlong_name_is_refused() => Assert.Equal(400, Code(() => _files.Write(new string('a', 256), "x"u8, "*")));

    [Theory]
    [InlineData("../outside/secret")]
    [InlineData("ABSOLUTE")]
    [InlineData("/proc/self/environ")]
    [InlineData("/proc/self/cwd")]
    [InlineData("/dev/null")]
    public void A_link_that_leads_out_is_refused(string target)
    {
        File.CreateSymbolicLink(this["out"], target == "ABSOLUTE" ? _folder["outside/secret"] : target);
        Assert.Equal("files.outside", Reason(() => _files.Read("out")));
        Assert.Equal("files.outside", Reason(() => _files.Write("out", "x"u8, "*")));
        Assert.Null(_files.Stat("out").TargetKind);
        Assert.Equal("secret", File.ReadAllText(_folder["outside/secret"]));
    }

    [Fact]
    public void A_folder_link_in_the_middle_that_leads_out_is_refused()
    {
        Directory.CreateSymbolicLink(this["out"], "../outside");
        Assert.Equal("files.outside", Reason(() => _files.Read("out/secret")));
        Assert.Equal("files.outside", Reason(() => _files.List("out")));
        Assert.Equal("files.outside", Reason(() => _files.Delete("out/secret", false, default)));
        Assert.Equal("files.outside", Reason(() => _files.Create("out/new", FileKind.Folder, null)));
        Assert.Equal("files.outside", Reason(() => _files.Rename("out/secret", "here", false)));
        Assert.Equal("files.outside", Reason(() => _files.Copy("out/secret", "here", false, default)));
        Assert.Equal(["secret"], Directory.GetFileSystemEntries(_folder["outside"]).Select(Path.GetFileName));
    }

    [Fact]
    public void Links_inside_are_followed_relative_and_absolute()
    {
        Directory.CreateDirectory(this["deep/er"]);
        File.WriteAllText(this["deep/file"], "found");
        File.CreateSymbolicLink(this["deep/er/up"], "../../deep/../deep/file");
        File.CreateSymbolicLink(this["absolute"], this["deep/er/up"]);
        Directory.CreateSymbolicLink(this["folder"], Root + "/deep");
        Assert.Equal("found", _files.Read("absolute").Content);
        Assert.Equal("found", _files.Read("folder/er/up").Content);
        Assert.Equal(["er", "file"], _files.List("folder").Entries.Select(entry => entry.Name));
        _files.Write("absolute", "written"u8, "*");
        Assert.Equal("written", File.ReadAllText(this["deep/file"]));
        Assert.Equal(FileKind.Link, _files.Stat("absolute").Kind);
        Assert.Equal(FileKind.File, _files.Stat("absolute").TargetKind);
    }

    [Fact]
    public void A_link_out_and_in_again_is_out()
    {
        File.WriteAllText(this["file"], "x");
        File.CreateSymbolicLink(this["around"], "../workspace/file");
        Assert.Equal("files.outside", Reason(() => _files.Read("around")));
    }

    [Fact]
    public void Links_in_circles_end()
    {
        File.CreateSymbolicLink(this["a"], "b");
        File.CreateSymbolicLink(this["b"], "a");
        Assert.Equal("files.loop", Reason(() => _files.Read("a")));
        Assert.Equal("files.loop", Reason(() => _files.Read("a/x")));
    }

    [Fact]
    public void Deleting_and_renaming_take_the_link_and_not_what_it_leads_to()
    {
        Directory.CreateDirectory(this["folder"]);
        File.WriteAllText(this["folder/kept"], "");
        Directory.CreateSymbolicLink(this["link"], "../outside");
        Directory.CreateSymbolicLink(this["folder/inner"], "../../outside");
        File.WriteAllText(this["plain"], "plain");
        _files.Rename("link", "renamed", false);
        _files.Rename("plain", "renamed", true);
        Assert.Equal("plain", File.ReadAllText(this["renamed"]));
        _files.Delete("folder", true, default);
        Assert.False(Directory.Exists(this["folder"]));
        Assert.Equal("secret", File.ReadAllText(_folder["outside/secret"]));
    }

    [Fact]
    public void The_workspace_itself_stays()
    {
        Assert.Equal(400, Code(() => _files.Delete("", true, default)));
        Assert.Equal(400, Code(() => _files.Rename("", "x", false)));
        Assert.Equal(400, Code(() => _files.Copy("", "x", false, default)));
        Directory.CreateSymbolicLink(this["self"], ".");
        Assert.Equal(["self"], _files.List("self").Entries.Select(entry => entry.Name));
    }

    [Fact]
    public void A_link_swapped_between_check_and_use_never_leads_out()
    {
        Directory.CreateDirectory(this["inside"]);
        File.WriteAllText(this["inside/secret"], "public");
        using var root = FileCalls.OpenPath(Root, FileCalls.Folder)!;
        using var stop = new CancellationTokenSource();
        var swapper = new Thread(() =>
        {
            while (!stop.IsCancellationRequested)
            {
                Swap("../outside\0"u8);
                Swap("inside\0"u8);
            }
        });
        Swap("inside\0"u8);
        swapper.Start();
        var read = 0;
        try
        {
            for (var i = 0; i < 20_000; i++)
            {
                try
                {
                    Assert.Equal("public", _files.Read("swap/secret").Content);
                    read++;
                    if (i % 10 == 0)
                        _files.Write("swap/written", "x"u8, "*");
                }
                catch (SessionException e)
                {
                    Assert.Contains(e.Reason, (string[])["files.outside", "files.notFound", "files.changed"]);
                }
            }
        }
        finally
        {
            stop.Cancel();
            swapper.Join();
        }
        Assert.NotEqual(0, read);
        Assert.Equal(["secret"], Directory.GetFileSystemEntries(_folder["outside"]).Select(Path.GetFileName));
        Assert.Equal("secret", File.ReadAllText(_folder["outside/secret"]));

        void Swap(ReadOnlySpan<byte> target)
        {
            Assert.Equal(0, FileCalls.MakeLink(target.ToArray(), root, FileNames.Encode("next")));
            Assert.Equal(0, FileCalls.Rename(root, FileNames.Encode("next"), root, FileNames.Encode("swap"), 0));
        }
    }

    public void Dispose()
    {
        _workspace.Dispose();
        _folder.Dispose();
    }

    private static int Code(Action action) => Assert.Throws<SessionException>(action).Code;

    private static string Reason(Action action) => Assert.Throws<SessionException>(action).Reason;
}
