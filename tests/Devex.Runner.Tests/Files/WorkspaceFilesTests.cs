using System.Diagnostics;
using System.Text;
using Devex.Contracts;
using Devex.Contracts.Protocol;
using Devex.Runner.Files;
using Devex.Runner.Serving;
using Devex.Runner.Sessions;
using Devex.Testing;
using Xunit;

namespace Devex.Runner.Tests.Files;

public sealed class WorkspaceFilesTests : IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly Workspace _workspace;
    private readonly WorkspaceFiles _files;

    public WorkspaceFilesTests()
    {
        foreach (var part in (string[])["workspace", "journal"])
            Directory.CreateDirectory(_folder[part]);
        var options = new ServeOptions(ReplId.New(), "unix:/x", "", _folder["workspace"], _folder["home"], _folder["journal"]);
        _workspace = new Workspace(options);
        _files = new WorkspaceFiles(_workspace, new FileDrafts(_workspace, options));
    }

    private string this[string path] => Path.Combine(_folder["workspace"], path);

    [Fact]
    public void Folders_come_first_and_temporaries_never()
    {
        File.WriteAllText(this["b"], "12345");
        File.WriteAllText(this["A"], "");
        File.WriteAllText(this[".devex-x"], "");
        Directory.CreateDirectory(this["z"]);
        var entries = _files.List("").Entries;
        Assert.Equal(["z", "A", "b"], entries.Select(entry => entry.Name));
        Assert.Equal((FileKind.Folder, null), (entries[0].Kind, entries[0].Version));
        Assert.Equal(5, entries[2].Size);
        Assert.Equal(entries[2], _files.Stat("b"));
    }

    [Fact]
    public void A_version_changes_with_each_write_and_guards_the_next()
    {
        var first = _files.Write("f", "one"u8, null);
        Assert.Equal(first, _files.Read("f").Version);
        var second = _files.Write("f", "two"u8, first);
        Assert.NotEqual(first, second);
        Assert.Equal("files.changed", Reason(() => _files.Write("f", "three"u8, first)));
        Assert.Equal("files.exists", Reason(() => _files.Write("f", "three"u8, null)));
        Assert.Equal("files.changed", Reason(() => _files.Write("absent", "x"u8, first)));
        Assert.Equal("two", File.ReadAllText(this["f"]));
    }

    [Fact]
    public void Of_many_writes_on_one_version_one_wins()
    {
        var version = _files.Write("f", "0"u8, null);
        var won = 0;
        Parallel.For(0, 16, i =>
        {
            try
            {
                _files.Write("f", Encoding.UTF8.GetBytes($"{i}"), version);
                Interlocked.Increment(ref won);
            }
            catch (SessionException e) when (e.Reason == "files.changed")
            {
            }
        });
        Assert.Equal(1, won);
    }

    [Fact]
    public void A_write_keeps_the_mode_and_leaves_nothing_behind()
    {
        File.WriteAllText(this["script"], "#!/bin/sh");
        File.SetUnixFileMode(this["script"], (UnixFileMode)0b111_101_000);
        _files.Write("script", "#!/bin/bash"u8, "*");
        Assert.Equal((UnixFileMode)0b111_101_000, File.GetUnixFileMode(this["script"]));
        Assert.Equal("files.isFolder", Reason(() => { Directory.CreateDirectory(this["d"]); _files.Write("d", "x"u8, "*"); }));
        Assert.Equal(["d", "script"], Directory.GetFileSystemEntries(_folder["workspace"]).Select(Path.GetFileName).Order());
    }

    [Fact]
    public void A_file_with_several_names_is_written_in_place()
    {
        File.WriteAllText(this["one"], "a longer text than the next");
        Run("ln", this["one"], this["two"]);
        _files.Write("one", "short"u8, "*");
        Assert.Equal("short", File.ReadAllText(this["two"]));
        _files.Write("two", "longer than before"u8, _files.Read("two").Version);
        Assert.Equal("longer than before", File.ReadAllText(this["one"]));
    }

    [Fact]
    public void Bytes_that_are_no_text_come_as_base64()
    {
        File.WriteAllBytes(this["b"], [0xff, 0, 1]);
        Assert.Equal(("/wAB", ContentEncoding.Base64), (_files.Read("b").Content, _files.Read("b").Encoding));
        Assert.Equal([0xff, 0, 1], FileContents.Decode(new WriteFile("b", "/wAB", ContentEncoding.Base64)));
        Assert.Equal("files.content", Reason(() => FileContents.Decode(new WriteFile("b", "\ud800"))));
    }

    [Fact]
    public void A_large_file_is_not_read_at_once()
    {
        using (var file = File.Create(this["large"]))
            file.SetLength(WorkspaceFiles.MaxRead + 1);
        var error = Assert.Throws<SessionException>(() => _files.Read("large"));
        Assert.Equal((413, (long?)WorkspaceFiles.MaxRead), (error.Code, error.Limit));
    }

    [Fact]
    public void Pipes_are_listed_and_never_opened()
    {
        Run("mkfifo", this["pipe"]);
        Assert.Equal(FileKind.Other, _files.List("").Entries.Single().Kind);
        Assert.Equal("files.notFile", Reason(() => _files.Read("pipe")));
        Assert.Equal("files.notFile", Reason(() => _files.Write("pipe", "x"u8, "*")));
        Assert.Equal("files.notFile", Reason(() => _files.Copy("pipe", "copy", false, default)));
        _files.Delete("pipe", false, default);
        Assert.Empty(_files.List("").Entries);
    }

    [Fact]
    public void A_rename_overwrites_only_when_asked()
    {
        _files.Write("a", "a"u8, null);
        _files.Write("b", "b"u8, null);
        Assert.Equal("files.exists", Reason(() => _files.Rename("a", "b", false)));
        Assert.Equal("b", _files.Rename("a", "b", true).Name);
        Assert.Equal("a", _files.Read("b").Content);
        Assert.Equal("files.notFound", Reason(() => _files.Rename("a", "c", false)));
        _files.Create("d", FileKind.Folder, null);
        Assert.Equal("files.intoItself", Reason(() => _files.Rename("d", "d/e", false)));
    }

    [Fact]
    public void A_copy_keeps_modes_and_links_and_leaves_pipes_out()
    {
        Directory.CreateDirectory(this["from/inner"]);
        File.WriteAllText(this["from/inner/f"], "content");
        File.SetUnixFileMode(this["from/inner/f"], (UnixFileMode)0b111_100_000);
        File.SetUnixFileMode(this["from/inner"], (UnixFileMode)0b101_101_000);
        File.CreateSymbolicLink(this["from/link"], "inner/f");
        Run("mkfifo", this["from/pipe"]);
        _files.Copy("from", "to", false, default);
        Assert.Equal("content", File.ReadAllText(this["to/link"]));
        Assert.Equal("inner/f", new FileInfo(this["to/link"]).LinkTarget);
        Assert.Equal((UnixFileMode)0b111_100_000, File.GetUnixFileMode(this["to/inner/f"]));
        Assert.Equal((UnixFileMode)0b101_101_000, File.GetUnixFileMode(this["to/inner"]));
        Assert.False(File.Exists(this["to/pipe"]));
        Assert.Equal("files.exists", Reason(() => _files.Copy("from", "to", false, default)));
        Assert.Equal("files.intoItself", Reason(() => _files.Copy("from", "from/again", false, default)));
        Directory.CreateSymbolicLink(this["back"], "from");
        _files.Copy("from", "back/again", false, default);
        Assert.Equal(["again", "inner", "link", "pipe"], Directory.GetFileSystemEntries(this["from"]).Select(Path.GetFileName).Order());
        Assert.Equal(["inner", "link"], Directory.GetFileSystemEntries(this["from/again"]).Select(Path.GetFileName).Order());
    }

    [Fact]
    public void A_cancelled_copy_leaves_nothing_behind()
    {
        _files.Create("from", FileKind.Folder, null);
        _files.Write("from/f", "x"u8, null);
        Assert.ThrowsAny<OperationCanceledException>(() => _files.Copy("from", "to", false, new CancellationToken(true)));
        Assert.Equal(["from"], Directory.GetFileSystemEntries(_folder["workspace"]).Select(Path.GetFileName));
    }

    [Fact]
    public void Deleting_a_full_folder_must_be_meant()
    {
        Directory.CreateDirectory(this["d/cache"]);
        File.WriteAllText(this["d/cache/f"], "");
        File.SetUnixFileMode(this["d/cache"], UnixFileMode.UserRead | UnixFileMode.UserExecute);
        Assert.Equal("files.notEmpty", Reason(() => _files.Delete("d", false, default)));
        _files.Delete("d", true, default);
        Assert.Equal("files.notFound", Reason(() => _files.Delete("d", true, default)));
    }

    [Fact]
    public void Names_that_are_not_UTF8_are_listed_and_said_to_be_so()
    {
        Run("sh", "-c", $"printf x > \"$(printf '{this["bad"]}\\377')\"");
        var name = _files.List("").Entries.Single().Name;
        Assert.Equal("bad\uFFFD", name);
        Assert.Contains("UTF-8", Assert.Throws<SessionException>(() => _files.Read(name)).Message, StringComparison.Ordinal);
        Directory.CreateDirectory(this["d"]);
        Run("sh", "-c", $"mv '{this["bad"]}'* '{this["d"]}'");
        _files.Copy("d", "copied", false, default);
        _files.Delete("d", true, default);
        Assert.Equal("bad\uFFFD", _files.List("copied").Entries.Single().Name);
    }

    [Fact]
    public void A_link_is_made_where_asked()
    {
        Assert.Equal(("l", "somewhere"), (_files.Create("l", FileKind.Link, "somewhere").Name, _files.Stat("l").Target));
        Assert.Equal("files.exists", Reason(() => _files.Create("l", FileKind.File, null)));
        Assert.Equal("files.kind", Reason(() => _files.Create("m", FileKind.Link, null)));
        Assert.Equal("files.kind", Reason(() => _files.Create("m", FileKind.Other, null)));
    }

    public void Dispose()
    {
        _workspace.Dispose();
        // .NET cannot delete a name that is not UTF-8.
        Run("rm", "-rf", "--", _folder["workspace"]);
        _folder.Dispose();
    }

    private static string Reason(Action action) => Assert.Throws<SessionException>(action).Reason;

    private static void Run(string program, params string[] arguments)
    {
        using var process = Process.Start(program, arguments);
        process.WaitForExit();
        Assert.Equal(0, process.ExitCode);
    }
}
