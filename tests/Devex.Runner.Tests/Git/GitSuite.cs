using Devex.Contracts;
using Devex.Contracts.Protocol;
using Devex.Runner.Tests.Conformance;
using Devex.Testing.Runner;
using Xunit;

namespace Devex.Runner.Tests.Git;

public abstract class GitSuite(IRunnerFixture fixture) : ConformanceSuite(fixture)
{
    private static readonly ProtocolJson Json = ProtocolJson.Default;

    [Fact]
    public async Task A_repository_is_made_staged_committed_and_compared()
    {
        await using var runner = await StartReadyAsync();
        await using var session = await runner.Client.OpenSessionAsync(name: "Ada", cancellation: Token);
        Assert.Equal((false, true), ((await StatusAsync(session)).Repository, (await StatusAsync(session)).Installed));
        Put(runner, "a.txt", "one\n");
        Put(runner, "src/with space [x].txt", "two\n");
        var status = await session.CallAsync("git.init", new Nothing(), Json.Nothing, Json.GitStatus);
        Assert.Equal((true, "main", null), (status.Repository, status.Branch, status.Commit));
        Assert.Equal(["a.txt", "src/with space [x].txt"], status.Files.Select(file => file.Path));
        Assert.All(status.Files, file => Assert.Equal((null, GitChange.Untracked), (file.Staged, file.Unstaged)));

        status = await PathsAsync(session, "git.stage", "src/with space [x].txt");
        Assert.Equal((GitChange.Added, (GitChange?)null), (status.Files[0].Staged, status.Files[0].Unstaged));
        status = await PathsAsync(session, "git.unstage");
        Assert.All(status.Files, file => Assert.Null(file.Staged));

        status = await CommitAsync(session, "First\n\nWith a 'quoted' body.", all: true);
        Assert.NotNull(status.Commit);
        Assert.Empty(status.Files);

        Put(runner, "a.txt", "one\nmore\n");
        Assert.Equal(("one\n", "one\nmore\n", false), Parts(await DiffAsync(session, "a.txt", staged: false)));
        await PathsAsync(session, "git.stage", "a.txt");
        Assert.Equal(("one\n", "one\nmore\n", false), Parts(await DiffAsync(session, "a.txt", staged: true)));
        Put(runner, "new.txt", "x");
        Assert.Equal((null, "x", false), Parts(await DiffAsync(session, "new.txt", staged: false)));
        File.Delete(Path.Combine(runner.Workspace, "src/with space [x].txt"));
        Assert.Equal(("two\n", null, false), Parts(await DiffAsync(session, "src/with space [x].txt", staged: false)));
        Put(runner, "new.txt", "\0");
        Assert.Equal((null, null, true), Parts(await DiffAsync(session, "new.txt", staged: false)));

        status = await PathsAsync(session, "git.discard", "new.txt", "src/with space [x].txt");
        Assert.Equal("a.txt", Assert.Single(status.Files).Path);
        Assert.False(File.Exists(Path.Combine(runner.Workspace, "new.txt")));
        Assert.Equal("two\n", await File.ReadAllTextAsync(Path.Combine(runner.Workspace, "src/with space [x].txt"), Token));
    }

    [Fact]
    public async Task Branches_are_made_listed_and_switched_and_what_git_refuses_is_said()
    {
        await using var runner = await StartReadyAsync();
        await using var session = await runner.Client.OpenSessionAsync(cancellation: Token);
        Put(runner, "a.txt", "one\n");
        await session.CallAsync("git.init", new Nothing(), Json.Nothing, Json.GitStatus);
        await CommitAsync(session, "First", all: true);
        Assert.Equal("feature", (await SwitchAsync(session, "feature", create: true)).Branch);
        Put(runner, "a.txt", "two\n");
        await CommitAsync(session, "Second", all: true);
        var branches = await session.CallAsync("git.branches", new Nothing(), Json.Nothing, Json.GitBranches);
        Assert.Equal(["feature", "main"], branches.Branches.Order());
        Put(runner, "a.txt", "three\n");
        var refused = await Assert.ThrowsAsync<RunnerErrorException>(() => SwitchAsync(session, "main", create: false));
        Assert.Equal((ErrorCodes.Conflict, "git.failed"), (refused.Code, refused.Reason));
        Assert.Contains("a.txt", refused.Message, StringComparison.Ordinal);
        Assert.Equal("git.branch", (await Assert.ThrowsAsync<RunnerErrorException>(() => SwitchAsync(session, "--orphan", create: false))).Reason);
        Assert.Equal("git.message", (await Assert.ThrowsAsync<RunnerErrorException>(() => CommitAsync(session, " ", all: false))).Reason);
        Assert.Equal("git.failed", (await Assert.ThrowsAsync<RunnerErrorException>(() => CommitAsync(session, "Nothing staged", all: false))).Reason);
        Assert.Equal("files.path", (await Assert.ThrowsAsync<RunnerErrorException>(() => PathsAsync(session, "git.stage", "../outside"))).Reason);
        Assert.Equal("git.paths", (await Assert.ThrowsAsync<RunnerErrorException>(() => PathsAsync(session, "git.discard"))).Reason);
        await PathsAsync(session, "git.discard", "a.txt");
        Assert.Equal("main", (await SwitchAsync(session, "main", create: false)).Branch);
        Assert.Equal("one\n", await File.ReadAllTextAsync(Path.Combine(runner.Workspace, "a.txt"), Token));
    }

    [Fact]
    public async Task A_commit_is_by_who_clicks_and_a_viewer_changes_nothing()
    {
        await using var runner = await StartReadyAsync();
        await File.WriteAllTextAsync(Path.Combine(runner.Home, ".gitconfig"), "[user]\n\tname = Owner Configured\n\temail = owner@example.com\n", Token);
        await using var owner = await runner.Client.OpenSessionAsync(role: Role.Owner, name: "Ada", cancellation: Token);
        await using var editor = await runner.Client.OpenSessionAsync("local-grace", Role.Editor, "Grace <Hopper>", Token);
        await using var viewer = await runner.Client.OpenSessionAsync("local-vic", Role.Viewer, cancellation: Token);
        await owner.CallAsync("git.init", new Nothing(), Json.Nothing, Json.GitStatus);
        Put(runner, "a.txt", "1");
        await CommitAsync(owner, "One", all: true);
        Put(runner, "a.txt", "2");
        await CommitAsync(editor, "Two", all: true);
        await using var terminal = await owner.OpenTerminalAsync((await owner.NewTerminalAsync(200)).Terminal);
        await terminal.WriteAsync("git -c safe.directory='*' log --format='%an|%ae|%s' | cat; echo do''ne\n", Token);
        var log = await terminal.ReadUntilAsync("\ndone", Token);
        Assert.Contains("Owner Configured|owner@example.com|One", log, StringComparison.Ordinal);
        Assert.Contains("Grace Hopper|local-grace@devex.invalid|Two", log, StringComparison.Ordinal);

        Put(runner, "b.txt", "1");
        Assert.Equal("b.txt", Assert.Single((await StatusAsync(viewer)).Files).Path);
        Assert.Equal(ErrorCodes.Forbidden, (await Assert.ThrowsAsync<RunnerErrorException>(() => PathsAsync(viewer, "git.stage"))).Code);
        Assert.Equal(ErrorCodes.Forbidden, (await Assert.ThrowsAsync<RunnerErrorException>(() => CommitAsync(viewer, "Three", all: true))).Code);
    }

    [Fact]
    public async Task What_a_hook_leaves_running_holds_up_nobody_and_goes_on()
    {
        await using var runner = await StartReadyAsync();
        await using var session = await runner.Client.OpenSessionAsync(cancellation: Token);
        await session.CallAsync("git.init", new Nothing(), Json.Nothing, Json.GitStatus);
        Put(runner, ".git/hooks/post-commit", $"#!/bin/sh\nsleep 1000 &\nuntil grep -q sleep /proc/$!/comm; do :; done\necho $! > '{runner.Home}/left'\n");
        File.SetUnixFileMode(Path.Combine(runner.Workspace, ".git/hooks/post-commit"), UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        Put(runner, "a.txt", "one\n");
        Assert.NotNull((await CommitAsync(session, "First", all: true)).Commit);
        var left = (await File.ReadAllTextAsync(Path.Combine(runner.Home, "left"), Token)).Trim();
        Assert.Contains("sleep", await File.ReadAllTextAsync($"/proc/{left}/comm", Token), StringComparison.Ordinal);
    }

    private static void Put(RunnerProgram runner, string path, string text)
    {
        var full = Path.Combine(runner.Workspace, path);
        Directory.CreateDirectory(Path.GetDirectoryName(full)!);
        File.WriteAllText(full, text);
    }

    private static (string?, string?, bool) Parts(GitFileDiff diff) => (diff.Before, diff.After, diff.Binary);

    private static Task<GitStatus> StatusAsync(RunnerSession session) => session.CallAsync("git.status", new Nothing(), Json.Nothing, Json.GitStatus);

    private static Task<GitStatus> PathsAsync(RunnerSession session, string method, params string[] paths) =>
        session.CallAsync(method, new GitPaths(paths.Length == 0 ? null : paths), Json.GitPaths, Json.GitStatus);

    private static Task<GitStatus> CommitAsync(RunnerSession session, string message, bool all) =>
        session.CallAsync("git.commit", new GitCommit(message, all), Json.GitCommit, Json.GitStatus);

    private static Task<GitStatus> SwitchAsync(RunnerSession session, string branch, bool create) =>
        session.CallAsync("git.switch", new GitSwitch(branch, create), Json.GitSwitch, Json.GitStatus);

    private static Task<GitFileDiff> DiffAsync(RunnerSession session, string path, bool staged) =>
        session.CallAsync("git.diff", new GitDiff(path, staged), Json.GitDiff, Json.GitFileDiff);
}

[Trait("Tier", "integration")]
public sealed class GitJitTests(JitRunner runner) : GitSuite(runner), IClassFixture<JitRunner>;

[Trait("Tier", "integration")]
public sealed class GitAotTests(AotRunner runner) : GitSuite(runner), IClassFixture<AotRunner>;
