using Devex.Contracts.Protocol;
using Devex.Runner.Tests.Conformance;
using Devex.Testing.Git;
using Xunit;

namespace Devex.Runner.Tests.Git;

/// <summary>Push, pull and fetch against git's own HTTP server: what comes there and here, and what stands in the way.</summary>
public abstract class PushAndPullSuite(IRunnerFixture fixture) : TransferSuite(fixture)
{
    [Fact]
    public async Task A_branch_is_published_pushed_fetched_and_pulled_and_each_asks_who_clicks()
    {
        await using var server = await ServerAsync();
        await using var runner = await StartWithAsync(server);
        await using var ada = await runner.Client.OpenSessionAsync(name: "Ada", cancellation: Token);
        var remote = server.Create("one.git");
        await BeginAsync(runner, ada);
        Assert.Equal("git.remote", (await RefusedAsync(() => PushAsync(ada, null))).Reason);
        Assert.Equal(["origin"], (await AddAsync(ada, $"{server.Url}/one.git")).Remotes);
        Assert.Equal("git.upstream", (await RefusedAsync(() => PushAsync(ada, null))).Reason);
        Assert.Equal("git.upstream", (await RefusedAsync(() => PullAsync(ada, null))).Reason);
        Assert.Equal("git.remote", (await RefusedAsync(() => PushAsync(ada, "elsewhere"))).Reason);

        var (status, asked) = await WithCredentialAsync(ada, () => PushAsync(ada, "origin"));
        Assert.Equal((GitOperation.Push, new Uri(server.Url).Authority, "one.git", null), (asked.Operation, asked.Host, asked.Path, asked.Username));
        Assert.Equal(("origin/main", 0, 0, null), (status.Upstream, status.Ahead, status.Behind, status.Remotes));
        Assert.Equal("mine", remote.Read("a.txt"));

        // One's own commit is counted, and brought there.
        await ChangeAsync(runner, ada, "a.txt", "mine, too");
        Assert.Equal(1, (await StatusAsync(ada)).Ahead);
        (status, _) = await WithCredentialAsync(ada, () => PushAsync(ada, null));
        Assert.Equal((0, "mine, too"), (status.Ahead, remote.Read("a.txt")));

        // Another's is counted once it was fetched, stands in a push's way, and is brought here.
        remote.Follow(("a.txt", "mine, too"), ("b.txt", "theirs"));
        (status, asked) = await WithCredentialAsync(ada, () => FetchAsync(ada));
        Assert.Equal((GitOperation.Fetch, 1), (asked.Operation, status.Behind));
        (status, asked) = await WithCredentialAsync(ada, () => PullAsync(ada, null));
        Assert.Equal((GitOperation.Pull, 0), (asked.Operation, status.Behind));
        Assert.Equal("theirs", await File.ReadAllTextAsync(Path.Combine(runner.Workspace, "b.txt"), Token));
    }

    [Fact]
    public async Task Branches_that_parted_are_rebased_or_merged_as_asked_and_conflicts_are_files_to_settle()
    {
        await using var server = await GitServer.StartAsync();
        await using var runner = await StartReadyAsync();
        await using var ada = await runner.Client.OpenSessionAsync(name: "Ada", cancellation: Token);
        var remote = server.Create("parted.git");
        await BeginAsync(runner, ada);
        // A path needs no credential; what is reconciled is the same.
        await AddAsync(ada, Path.Combine(server.Folder, "parted.git"));
        await PushAsync(ada, "origin");

        remote.Follow(("a.txt", "mine"), ("b.txt", "theirs"));
        await ChangeAsync(runner, ada, "c.txt", "other");
        Assert.Equal("git.behind", (await RefusedAsync(() => PushAsync(ada, null))).Reason);
        Assert.Equal("git.diverged", (await RefusedAsync(() => PullAsync(ada, null))).Reason);
        var status = await StatusAsync(ada);
        Assert.Equal((1, 1, null), (status.Ahead, status.Behind, status.Underway));
        status = await PullAsync(ada, GitReconcile.Rebase);
        Assert.Equal((1, 0, null), (status.Ahead, status.Behind, status.Underway));
        await PushAsync(ada, null);

        // The same place of the same file: aborted once, then settled.
        remote.Follow(("a.txt", "theirs"), ("b.txt", "theirs"), ("c.txt", "other"));
        await ChangeAsync(runner, ada, "a.txt", "mine again");
        foreach (var (how, underway) in (IEnumerable<(GitReconcile, GitUnderway)>)[(GitReconcile.Rebase, GitUnderway.Rebase), (GitReconcile.Merge, GitUnderway.Merge)])
        {
            Assert.Equal("git.conflicts", (await RefusedAsync(() => PullAsync(ada, how))).Reason);
            status = await StatusAsync(ada);
            Assert.Equal((underway, GitChange.Conflicted), (status.Underway, Assert.Single(status.Files, file => file.Path == "a.txt").Unstaged));
            Assert.NotNull(await RefusedAsync(() => NothingAsync(ada, "git.continue")));
            if (how == GitReconcile.Rebase)
                Assert.Null((await NothingAsync(ada, "git.abort")).Underway);
        }
        await File.WriteAllTextAsync(Path.Combine(runner.Workspace, "a.txt"), "both", Token);
        await ada.CallAsync("git.stage", new GitPaths(["a.txt"]), Json.GitPaths, Json.GitStatus);
        status = await NothingAsync(ada, "git.continue");
        Assert.Equal((null, 2, 0), (status.Underway, status.Ahead, status.Behind));
        await PushAsync(ada, null);
        Assert.Equal("both", remote.Read("a.txt"));
        Assert.Equal("git.underway", (await RefusedAsync(() => NothingAsync(ada, "git.abort"))).Reason);

        // What is not committed is not written over.
        remote.Follow(("a.txt", "newer"), ("b.txt", "theirs"), ("c.txt", "other"));
        await File.WriteAllTextAsync(Path.Combine(runner.Workspace, "a.txt"), "not committed", Token);
        Assert.Equal("git.dirty", (await RefusedAsync(() => PullAsync(ada, null))).Reason);
        Assert.Equal("not committed", await File.ReadAllTextAsync(Path.Combine(runner.Workspace, "a.txt"), Token));
    }

    [Fact]
    public async Task A_hook_may_stop_a_push_before_anybody_is_asked()
    {
        await using var server = await ServerAsync();
        server.Create("one.git");
        await using var runner = await StartWithAsync(server);
        await using var ada = await runner.Client.OpenSessionAsync(name: "Ada", cancellation: Token);
        await BeginAsync(runner, ada);
        await AddAsync(ada, $"{server.Url}/one.git");
        await WriteProgramAsync(Path.Combine(runner.Workspace, ".git/hooks/pre-push"), "#!/bin/sh\nread from commit to there\necho \"not $from to $to of $1 while $there\" >&2\nexit 1\n");
        var refused = await RefusedAsync(() => PushAsync(ada, "origin"));
        Assert.Equal("git.hook", refused.Reason);
        Assert.Contains($"not refs/heads/main to refs/heads/main of origin while {new string('0', 40)}", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_shallow_repository_and_its_tags_and_branches_are_fetched_as_git_does()
    {
        await using var server = await ServerAsync();
        var remote = server.Create("one.git");
        remote.Commit(("a.txt", "one"));
        remote.Follow(("a.txt", "two"));
        await using var runner = await StartWithAsync(server);
        await using var ada = await runner.Client.OpenSessionAsync(name: "Ada", cancellation: Token);
        remote.Git(null, "clone", "--quiet", "--depth=1", "--no-single-branch", $"file://{server.Folder}/one.git", Path.Combine(runner.Workspace, "clone"));
        Directory.Move(Path.Combine(runner.Workspace, "clone/.git"), Path.Combine(runner.Workspace, ".git"));
        Directory.Delete(Path.Combine(runner.Workspace, "clone"), recursive: true);
        await ada.CallAsync("git.discard", new GitPaths(["a.txt"]), Json.GitPaths, Json.GitStatus, Token);
        remote.Git(null, "-C", runner.Workspace, "remote", "set-url", "origin", $"{server.Url}/one.git");

        var newest = remote.Follow(("a.txt", "three"));
        remote.Git(null, "tag", "v1", newest);
        remote.Git(null, "update-ref", "refs/heads/other", newest);
        var (status, _) = await WithCredentialAsync(ada, () => PullAsync(ada, null));
        Assert.Equal((0, 0, "three"), (status.Ahead, status.Behind, await File.ReadAllTextAsync(Path.Combine(runner.Workspace, "a.txt"), Token)));
        Assert.Equal(newest, remote.Git(null, "-C", runner.Workspace, "rev-parse", "refs/tags/v1"));
        Assert.Equal(newest, remote.Git(null, "-C", runner.Workspace, "rev-parse", "refs/remotes/origin/other"));
        await ChangeAsync(runner, ada, "a.txt", "four");
        Assert.Equal(0, (await WithCredentialAsync(ada, () => PushAsync(ada, null))).Status.Ahead);
        Assert.Equal("four", remote.Read("a.txt"));
    }
}

[Trait("Tier", "integration")]
public sealed class PushAndPullJitTests(JitRunner runner) : PushAndPullSuite(runner), IClassFixture<JitRunner>;

[Trait("Tier", "integration")]
public sealed class PushAndPullAotTests(AotRunner runner) : PushAndPullSuite(runner), IClassFixture<AotRunner>;
