using System.Diagnostics;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Devex.Contracts;
using Devex.Contracts.Api;
using Devex.Core.History;
using Devex.Core.Tests.Fixtures;
using Devex.Core.Tests.History;
using Devex.Snapshots.Entries;
using Devex.Snapshots.Reading;
using Devex.Testing;
using Devex.Testing.Git;
using Xunit;

namespace Devex.Core.Tests.Imports.Git;

[Trait("Tier", "integration")]
public sealed class GitImportTests(Stores stores)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);

    [Fact]
    public async Task A_public_repository_becomes_a_repl_in_which_git_goes_on()
    {
        await using var server = await GitServer.StartAsync();
        await using var world = await WorldAsync("git-import");
        var repository = server.Create("My project.git");
        var source = repository.Tree((GitRepository.File, "main.py", repository.Blob("print(1)\n")), (GitRepository.File, "copy.py", repository.Blob("print(1)\n")));
        var commit = repository.Commit(repository.Tree(
            (GitRepository.File, ".gitattributes", repository.Blob("*.txt filter=evil\n")),
            (GitRepository.File, ".gitmodules", repository.Blob("[submodule \"sub\"]\n\tpath = sub\n\turl = -u./evil\n")),
            (GitRepository.Link, "link", repository.Blob("src/main.py")),
            (GitRepository.Link, "out", repository.Blob("../../../etc/passwd")),
            (GitRepository.Program, "run.sh", repository.Blob("#!/bin/sh\n")),
            (GitRepository.Folder, "src", source),
            (GitRepository.Submodule, "sub", new string('a', 40)),
            (GitRepository.File, "text.txt", repository.Blob("unfiltered\n"))));

        var events = await ImportAsync(world, new ImportGit($"{server.Url}/My%20project.git"));

        var repl = Assert.IsType<GitImported>(events[^1]).Repl;
        Assert.Equal("My project", repl.Name);
        Assert.Contains(events, step => step is GitImportProgress { Stage: GitImportStage.Packing, Percent: 100 });
        using var folder = new TempFolder();
        await UnpackAsync(world, repl.Id, folder.Path);
        Assert.Equal("unfiltered\n", await File.ReadAllTextAsync(folder["text.txt"]));
        Assert.Equal("print(1)\n", await File.ReadAllTextAsync(folder["src/copy.py"]));
        Assert.Equal("src/main.py", new FileInfo(folder["link"]).LinkTarget);
        Assert.Equal("../../../etc/passwd", new FileInfo(folder["out"]).LinkTarget);
        Assert.Empty(Directory.EnumerateFileSystemEntries(folder["sub"]));
        Assert.False(Directory.Exists(folder[".git/hooks"]));
        Assert.Equal("", Git(folder.Path, "status", "--porcelain"));
        Assert.Equal("main", Git(folder.Path, "branch", "--show-current"));
        Assert.Equal(commit, Git(folder.Path, "rev-parse", "HEAD"));
        Assert.Equal($"{server.Url}/My%20project.git", Git(folder.Path, "remote", "get-url", "origin"));
        Git(folder.Path, "fsck", "--connectivity-only");
        repository.Commit(("new.txt", "later"));
        Git(folder.Path, "pull", "--quiet", "--rebase");
        Assert.True(File.Exists(folder["new.txt"]));
    }

    [Fact]
    public async Task A_look_says_what_an_import_would_fetch_and_makes_nothing()
    {
        await using var server = await GitServer.StartAsync();
        await using var world = await WorldAsync("git-look");
        var repository = server.Create("web.git");
        var commit = repository.Commit(("package.json", "{}"), ("main.py", ""), ("README", "x"));
        repository.Git(null, "tag", "v1");
        var other = repository.Commit(repository.Tree((GitRepository.File, "main.py", repository.Blob(""))), "other/branch");
        server.Create("blind.git").Commit(("main.py", "x"));
        var blind = new GitOffer($"{server.Url}/blind.git", "blind", "main", "", 1, "python");

        Assert.Equal(new GitOffer($"{server.Url}/web.git", "web", "main", commit, 3, "node"), await LookAsync(world, new LookAtGit($"{server.Url}/web.git")));
        Assert.Equal(new GitOffer($"{server.Url}/web.git", "web", "other/branch", other, 1, "python"), await LookAsync(world, new LookAtGit($"{server.Url}/web.git/", "other/branch")));
        Assert.Equal(new GitOffer($"{server.Url}/web.git", "web", "v1", commit, 3, "node"), await LookAsync(world, new LookAtGit($"{server.Url}/web.git/", "v1")));
        Assert.Equal(blind, await LookAsync(world, new LookAtGit($"{server.Url}/blind.git")) with { Commit = "" });
        Assert.Empty(await world.Ada.ListAsync());

        var repl = Assert.IsType<GitImported>((await ImportAsync(world, new ImportGit($"{server.Url}/web.git", "other/branch", "node", "Chosen")))[^1]).Repl;
        Assert.Equal(("Chosen", "node"), (repl.Name, repl.Template));
        Assert.Equal("python", Assert.IsType<GitImported>((await ImportAsync(world, new ImportGit($"{server.Url}/web.git", "other/branch")))[^1]).Repl.Template);
    }

    [Fact]
    public async Task A_server_that_sends_only_everything_is_looked_at_as_far_as_that_is_small()
    {
        await using var server = await GitServer.StartAsync();
        await using var world = await WorldAsync("git-blind", ("Imports:Git:LookBytes", "500000"));
        foreach (var (name, size) in (ReadOnlySpan<(string, int)>)[("small", 10), ("large", 1_000_000)])
        {
            var repository = server.Create(name);
            repository.Git(null, "config", "uploadpack.allowFilter", "false");
            repository.Commit(repository.Tree((GitRepository.File, "main.py", repository.Blob(Random(size)))));
        }

        var small = await LookAsync(world, new LookAtGit($"{server.Url}/small"));
        Assert.Equal((1, "python"), (small.Files, small.Template));
        var large = await LookAsync(world, new LookAtGit($"{server.Url}/large"));
        Assert.Equal(("main", null, null), (large.Branch, large.Files, large.Template));
        Assert.Equal("python", Assert.IsType<GitImported>((await ImportAsync(world, new ImportGit($"{server.Url}/large")))[^1]).Repl.Template);
    }

    [Theory]
    [InlineData(".git")]
    [InlineData(".GIT")]
    [InlineData("git~1")]
    [InlineData(".g\u200cit")]
    [InlineData(".git. ")]
    [InlineData(".git::$INDEX_ALLOCATION")]
    [InlineData("..")]
    public async Task A_tree_that_leads_out_or_into_gits_own_folder_is_refused(string name)
    {
        await using var server = await GitServer.StartAsync();
        await using var world = await WorldAsync("git-hostile");
        var repository = server.Create("evil");
        var hooks = repository.Tree((GitRepository.Program, "post-checkout", repository.Blob("#!/bin/sh\ntouch /tmp/evil\n")));
        repository.Commit(repository.Tree((GitRepository.File, "README", repository.Blob("x")), (GitRepository.Folder, name, repository.Tree((GitRepository.Folder, "hooks", hooks)))));

        await RefusedAsync(world, new ImportGit($"{server.Url}/evil"), "import.path");
    }

    [Fact]
    public async Task A_file_through_a_link_and_a_name_twice_are_refused()
    {
        await using var server = await GitServer.StartAsync();
        await using var world = await WorldAsync("git-links");
        var repository = server.Create("evil");
        var blob = repository.Blob("evil");
        repository.Commit(repository.Tree((GitRepository.Link, "a", repository.Blob("/etc")), (GitRepository.Folder, "a", repository.Tree((GitRepository.File, "passwd", blob)))));
        await RefusedAsync(world, new ImportGit($"{server.Url}/evil"), "import.path");
        repository.Commit(repository.Tree((GitRepository.File, "a", blob), (GitRepository.File, "a", repository.Blob("other"))));
        await RefusedAsync(world, new ImportGit($"{server.Url}/evil"), "import.path");
    }

    [Fact]
    public async Task What_is_too_much_is_refused_before_it_is_kept()
    {
        await using var server = await GitServer.StartAsync();
        await using var world = await WorldAsync("git-bombs", ("Imports:Bytes", "20000000"), ("Imports:Git:Bytes", "2000000"), ("Imports:Entries", "5000"));
        var zeros = server.Create("zeros");
        zeros.Commit(zeros.Tree((GitRepository.File, "zeros", zeros.Blob(new byte[30_000_000]))));
        await RefusedAsync(world, new ImportGit($"{server.Url}/zeros"), "import.bytes");

        var noise = server.Create("noise");
        noise.Commit(noise.Tree((GitRepository.File, "noise", noise.Blob(Random(5_000_000)))));
        await RefusedAsync(world, new ImportGit($"{server.Url}/noise"), "import.git.bytes");

        // Ten trees that each name the one below ten times: 10^10 files in 11 objects.
        var bomb = server.Create("bomb");
        var (mode, below) = (GitRepository.File, bomb.Blob("boom"));
        for (var i = 0; i < 10; i++)
            (mode, below) = (GitRepository.Folder, bomb.Tree([.. Enumerable.Range(0, 10).Select(n => (mode, $"{n}", below))]));
        bomb.Commit(below);
        await RefusedAsync(world, new ImportGit($"{server.Url}/bomb"), "import.entries");
        Assert.Empty(LeftFolders());
    }

    [Theory]
    [InlineData("absent", null, "import.git.notFound")]
    [InlineData("private/one", null, "import.git.notFound")]
    [InlineData("fine", "no-such", "import.git.branch")]
    [InlineData("fine", "--upload-pack=touch /tmp/evil", "import.git.branch")]
    [InlineData("empty", null, "import.empty")]
    [InlineData("to-file", null, "import.git.redirect")]
    [InlineData("to-elsewhere", null, "import.git.redirect")]
    [InlineData("to-private", null, "import.git.private")]
    [InlineData("to-itself", null, "import.git.redirect")]
    public async Task What_is_no_public_repository_is_explained(string path, string? branch, string code)
    {
        await using var server = await GitServer.StartAsync();
        await using var world = await WorldAsync("git-absent");
        server.Create("empty");
        server.Create("fine").Commit(("a", "a"));
        server.Redirects["/to-file"] = "file:///etc";
        server.Redirects["/to-elsewhere"] = "https://example.org/x";
        server.Redirects["/to-private"] = "http://10.1.2.3/x";
        server.Redirects["/to-itself"] = $"{server.Url}/to-itself";

        using var look = await world.Ada.PostAsync("/api/imports/git/look", new LookAtGit($"{server.Url}/{path}", branch));
        Assert.Contains($"\"{code}\"", await look.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        await RefusedAsync(world, new ImportGit($"{server.Url}/{path}", branch), code);
    }

    [Theory]
    [InlineData("https://127.0.0.1/x/y")]
    [InlineData("https://localhost/x/y")]
    [InlineData("https://169.254.169.254/latest/meta-data")]
    [InlineData("https://[::1]/x/y")]
    [InlineData("https://[::ffff:10.0.0.1]/x/y")]
    [InlineData("https://0x7f000001/x/y")]
    public async Task Hosts_that_are_not_public_are_refused(string url)
    {
        await using var world = await WorldAsync("git-private");
        await RefusedAsync(world, new ImportGit(url), "import.git.private");
    }

    [Fact]
    public async Task A_renamed_repository_is_followed()
    {
        await using var server = await GitServer.StartAsync();
        await using var world = await WorldAsync("git-moved");
        server.Create("new").Commit(("a", "a"));
        server.Redirects["/old"] = $"{server.Url}/new";

        Assert.Equal("new", Assert.IsType<GitImported>((await ImportAsync(world, new ImportGit($"{server.Url}/old")))[^1]).Repl.Name);
    }

    [Fact]
    public async Task Whoever_goes_away_ends_the_fetch_and_leaves_nothing()
    {
        await using var server = await GitServer.StartAsync();
        await using var world = await WorldAsync("git-cancel");
        server.Create("slow").Commit(("a", "a"));
        server.Hang("/slow");
        using var gone = new CancellationTokenSource();
        var importing = world.Ada.PostAsync("/api/imports/git", new ImportGit($"{server.Url}/slow"), gone.Token);
        await server.Hangs.WaitAsync(Patience);

        await gone.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
        {
            using var answer = await importing;
            await answer.Content.ReadAsStringAsync(gone.Token);
        });
        await server.HungUp.WaitAsync(Patience);
        Assert.Empty(await world.Ada.ListAsync());
    }

    [Fact]
    public async Task What_takes_too_long_is_ended()
    {
        await using var server = await GitServer.StartAsync();
        await using var world = await WorldAsync("git-slow", ("Imports:Git:Time", "00:00:02"));
        server.Create("slow").Commit(("a", "a"));
        server.Hang("/slow");
        await RefusedAsync(world, new ImportGit($"{server.Url}/slow"), "import.git.time");
        await server.HungUp.WaitAsync(Patience);
    }

    private static IEnumerable<string> LeftFolders() => Directory.EnumerateDirectories(Path.GetTempPath(), "devex-import-clone-*")
        .Where(folder => Directory.Exists(Path.Combine(folder, "clone")));

    private static byte[] Random(int size)
    {
        var bytes = new byte[size];
        new Random(1).NextBytes(bytes);
        return bytes;
    }

    private Task<HistoryWorld> WorldAsync(string bucket, params (string, string)[] settings) => HistoryWorld.StartAsync(
        stores, bucket, settings.Append(("Imports:Git:Loopback", "true")).ToDictionary(setting => setting.Item1, setting => (string?)setting.Item2));

    private static async Task<GitOffer> LookAsync(HistoryWorld world, LookAtGit look)
    {
        using var answer = await world.Ada.PostAsync("/api/imports/git/look", look);
        Assert.True(answer.StatusCode == HttpStatusCode.OK, await answer.Content.ReadAsStringAsync());
        return (await answer.Content.ReadFromJsonAsync(HistoryJson.Default.GitOffer))!;
    }

    private static async Task<List<GitImportEvent>> ImportAsync(HistoryWorld world, ImportGit import)
    {
        using var answer = await world.Ada.PostAsync("/api/imports/git", import);
        Assert.True(answer.StatusCode == HttpStatusCode.OK, await answer.Content.ReadAsStringAsync());
        return [.. (await answer.Content.ReadAsStringAsync()).Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => JsonSerializer.Deserialize(line, HistoryJson.Default.GitImportEvent)!)];
    }

    private static async Task RefusedAsync(HistoryWorld world, ImportGit import, string code)
    {
        var last = (await ImportAsync(world, import))[^1];
        Assert.True(last is GitImportFailed failed && failed.Code == code, $"{last}");
        Assert.Empty(await world.Ada.ListAsync());
    }

    /// <summary>Writes the workspace to disk as restore does.</summary>
    private static async Task UnpackAsync(HistoryWorld world, ReplId id, string folder)
    {
        var opened = await world.Get<RestorePoints>().OpenAsync(world.Owner, id, "head", CancellationToken.None);
        await foreach (var file in new BatchReader(opened.Source).ReadAsync(opened.Tree.ReadBelowAsync(HistoryPath.Workspace, null, CancellationToken.None), CancellationToken.None))
        {
            var path = Path.Combine(folder, file.Entry.Path.ToString()["workspace".Length..].TrimStart('/'));
            if (file.Entry.Kind == EntryKind.Folder)
                Directory.CreateDirectory(path);
            else if (file.Entry.Kind == EntryKind.Link)
                File.CreateSymbolicLink(path, System.Text.Encoding.UTF8.GetString(file.Entry.Target.Span));
            else
            {
                await File.WriteAllBytesAsync(path, file.Content!);
                File.SetUnixFileMode(path, (UnixFileMode)file.Entry.Mode | UnixFileMode.UserWrite);
            }
        }
    }

    private static string Git(string folder, params string[] arguments)
    {
        var info = new ProcessStartInfo("git") { RedirectStandardOutput = true, WorkingDirectory = folder };
        foreach (var argument in (string[])["-c", "user.name=Ada", "-c", "user.email=ada@example.org", .. arguments])
            info.ArgumentList.Add(argument);
        info.Environment["GIT_CONFIG_GLOBAL"] = "/dev/null";
        using var git = Process.Start(info)!;
        var output = git.StandardOutput.ReadToEnd().TrimEnd('\n');
        git.WaitForExit();
        Assert.True(git.ExitCode == 0, $"git {string.Join(' ', arguments)}: {output}");
        return output;
    }
}
