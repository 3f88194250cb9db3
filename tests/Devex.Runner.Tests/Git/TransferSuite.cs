using System.Text;
using Devex.Contracts;
using Devex.Contracts.Control;
using Devex.Contracts.Protocol;
using Devex.Runner.Tests.Conformance;
using Devex.Testing.Git;
using Devex.Testing.Runner;
using Xunit;

namespace Devex.Runner.Tests.Git;

/// <summary>Push, pull and fetch against git's own HTTP server, over https, with the credential of the person who clicks.</summary>
public abstract class TransferSuite(IRunnerFixture fixture) : ConformanceSuite(fixture)
{
    private const string Secret = "t0ken-of-ada-7315";

    private static readonly ProtocolJson Json = ProtocolJson.Default;

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
    public async Task A_credential_that_is_wrong_not_given_or_not_enough_is_told_as_such()
    {
        await using var server = await ServerAsync();
        server.Create("one.git");
        server.Create("closed.git");
        server.ReadOnly = "/closed.git";
        await using var runner = await StartWithAsync(server);
        await using var ada = await runner.Client.OpenSessionAsync(name: "Ada", cancellation: Token);
        await BeginAsync(runner, ada);
        await AddAsync(ada, $"{server.Url}/one.git");
        var host = new Uri(server.Url).Authority;

        var wrong = await RefusedAsync(async () => (await WithCredentialAsync(ada, () => PushAsync(ada, "origin"), "wrong")).Status);
        Assert.Equal((ErrorCodes.Forbidden, "git.credential"), (wrong.Code, wrong.Reason));
        Assert.Contains(host, wrong.Message, StringComparison.Ordinal);
        Assert.Equal("git.declined", (await RefusedAsync(async () => (await WithCredentialAsync(ada, () => PushAsync(ada, "origin"), password: null)).Status)).Reason);

        await AddAsync(ada, $"{server.Url}/closed.git", "closed");
        Assert.Equal("git.forbidden", (await RefusedAsync(async () => (await WithCredentialAsync(ada, () => PushAsync(ada, "closed"))).Status)).Reason);
        await AddAsync(ada, $"{server.Url}/absent.git", "absent");
        Assert.Equal("git.repository", (await RefusedAsync(async () => (await WithCredentialAsync(ada, () => PushAsync(ada, "absent"))).Status)).Reason);
        await AddAsync(ada, "https://127.0.0.1:1/x.git", "nowhere");
        Assert.Equal("git.unreachable", (await RefusedAsync(() => PushAsync(ada, "nowhere"))).Reason);

        // The name in an address is offered; a password in one is not taken, nor what runs a program.
        await AddAsync(ada, $"{server.Url.Replace("://", "://ada@", StringComparison.Ordinal)}/one.git", "named");
        Assert.Equal("ada", (await WithCredentialAsync(ada, () => PushAsync(ada, "named"))).Asked.Username);
        foreach (var address in (string[])["https://ada:secret@example.org/x.git", "ext::sh -c true", "ext::x", "--upload-pack=x", ""])
            Assert.Equal("git.address", (await RefusedAsync(() => AddAsync(ada, address, "bad"))).Reason);
        Assert.Equal("git.remote", (await RefusedAsync(() => AddAsync(ada, "https://example.org/x.git", "-x"))).Reason);
    }

    [Fact]
    public async Task Without_https_no_credential_is_asked_for()
    {
        await using var server = await GitServer.StartAsync();
        server.Credential = ("ada", Secret);
        server.Create("one.git");
        await using var runner = await StartReadyAsync();
        await using var ada = await runner.Client.OpenSessionAsync(name: "Ada", cancellation: Token);
        await BeginAsync(runner, ada);
        await AddAsync(ada, $"{server.Url}/one.git");
        Assert.Equal("git.insecure", (await RefusedAsync(() => PushAsync(ada, "origin"))).Reason);
    }

    [Fact]
    public async Task Nobody_else_answers_and_who_asked_may_cancel_or_leave()
    {
        await using var server = await ServerAsync();
        server.Create("one.git");
        await using var runner = await StartWithAsync(server);
        await using var ada = await runner.Client.OpenSessionAsync(name: "Ada", cancellation: Token);
        await using var second = await runner.Client.OpenSessionAsync(name: "Ada", cancellation: Token);
        await using var viewer = await runner.Client.OpenSessionAsync("local-vic", Role.Viewer, cancellation: Token);
        await BeginAsync(runner, ada);
        await AddAsync(ada, $"{server.Url}/one.git");

        var pushing = PushAsync(ada, "origin");
        var asked = await AskedAsync(ada);
        Assert.Equal("git.ask", (await RefusedAsync(() => AnswerAsync(second, asked, Secret))).Reason);
        Assert.Equal("git.ask", (await RefusedAsync(() => AnswerAsync(ada, asked with { Ask = "other" }, Secret))).Reason);
        Assert.Equal(ErrorCodes.Forbidden, (await RefusedAsync(() => AnswerAsync(viewer, asked, Secret))).Code);
        Assert.Equal("git.credential", (await RefusedAsync(() => AnswerAsync(ada, asked, "two\nlines"))).Reason);
        Assert.Equal("git.busy", (await RefusedAsync(() => FetchAsync(ada))).Reason);
        await ada.CallAsync("git.cancel", new Nothing(), Json.Nothing, Json.Nothing, Token);
        Assert.Equal("git.cancelled", (await RefusedAsync(() => pushing)).Reason);
        Assert.Equal("git.ask", (await RefusedAsync(() => AnswerAsync(ada, asked, Secret))).Reason);

        // git ends with the connection that asked for it.
        _ = second.CallAsync("git.push", new GitPush("origin"), Json.GitPush, Json.GitStatus, Token).ContinueWith(_ => { }, TaskScheduler.Default);
        await AskedAsync(second);
        Assert.NotEmpty(GitProcesses(runner));
        second.Abort();
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(Token);
        limit.CancelAfter(TimeSpan.FromMinutes(1));
        while (GitProcesses(runner).Count > 0)
            await Task.Delay(20, limit.Token);

        Assert.Equal("origin/main", (await WithCredentialAsync(ada, () => PushAsync(ada, "origin"))).Status.Upstream);
    }

    [Fact]
    public async Task What_was_given_for_one_push_is_nowhere_afterwards_and_in_no_programs_environment()
    {
        await using var server = await ServerAsync();
        server.Create("one.git");
        await using var runner = await StartWithAsync(server);
        // Helpers that a person set up for the terminal would store what they are told.
        await File.WriteAllTextAsync(Path.Combine(runner.Home, ".gitconfig"), $"[credential]\n\thelper = store\n[credential \"{server.Url}\"]\n\thelper = store\n", Token);
        await using var ada = await runner.Client.OpenSessionAsync(name: "Ada", cancellation: Token);
        await BeginAsync(runner, ada);
        var hook = Path.Combine(runner.Workspace, ".git/hooks/pre-push");
        await File.WriteAllTextAsync(hook, $"#!/bin/sh\nenv > '{runner.Home}/seen'\ncat /proc/[0-9]*/cmdline 2>/dev/null | tr '\\0' ' ' >> '{runner.Home}/seen'\n", Token);
        File.SetUnixFileMode(hook, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        await AddAsync(ada, $"{server.Url}/one.git");
        await WithCredentialAsync(ada, () => PushAsync(ada, "origin"));

        var token = Encoding.UTF8.GetBytes(Secret);
        var files = new[] { runner.Workspace, runner.Home, runner.Journal }.SelectMany(folder => Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories)).ToList();
        Assert.Contains(Path.Combine(runner.Home, "seen"), files);
        Assert.Contains(files, file => file.EndsWith(".git/config", StringComparison.Ordinal));
        Assert.DoesNotContain(files, file => File.ReadAllBytes(file).AsSpan().IndexOf(token) >= 0);
        Assert.DoesNotContain(Secret, runner.Process.OutputText, StringComparison.Ordinal);
        Assert.False(File.Exists(Path.Combine(runner.Home, ".git-credentials")));

        // Nor does the next operation go on with it.
        var asking = FetchAsync(ada);
        await AnswerAsync(ada, await AskedAsync(ada), Secret);
        await asking;
    }

    private static async Task<GitServer> ServerAsync()
    {
        var server = await GitServer.StartAsync(https: true);
        server.Credential = ("ada", Secret);
        return server;
    }

    /// <summary>A runner whose programs know the server's certificate.</summary>
    private async Task<RunnerProgram> StartWithAsync(GitServer server)
    {
        var runner = await StartReadyAsync();
        await runner.Client.ControlAsync(new ControlRequest(Environment: new Dictionary<string, string> { ["GIT_SSL_CAINFO"] = server.AuthorityPath }), Token);
        return runner;
    }

    private static async Task BeginAsync(RunnerProgram runner, RunnerSession session)
    {
        await NothingAsync(session, "git.init");
        await ChangeAsync(runner, session, "a.txt", "mine");
    }

    private static async Task ChangeAsync(RunnerProgram runner, RunnerSession session, string path, string text)
    {
        await File.WriteAllTextAsync(Path.Combine(runner.Workspace, path), text, Token);
        await session.CallAsync("git.commit", new GitCommit("Changed", All: true), Json.GitCommit, Json.GitStatus, Token);
    }

    /// <summary>Answers the one question that an operation asks.</summary>
    private static async Task<(GitStatus Status, GitCredentialAsked Asked)> WithCredentialAsync(RunnerSession session, Func<Task<GitStatus>> operation, string? password = Secret)
    {
        var running = operation();
        var asked = await AskedAsync(session);
        await AnswerAsync(session, asked, password);
        return (await running, asked);
    }

    private static Task<GitCredentialAsked> AskedAsync(RunnerSession session) => session.NextAsync("git.credentialAsked", Json.GitCredentialAsked, cancellation: Token);

    private static Task<Nothing> AnswerAsync(RunnerSession session, GitCredentialAsked asked, string? password) =>
        session.CallAsync("git.credential", new GitCredential(asked.Ask, "ada", password), Json.GitCredential, Json.Nothing, Token);

    private static Task<RunnerErrorException> RefusedAsync<T>(Func<Task<T>> call) => Assert.ThrowsAsync<RunnerErrorException>(call);

    private static Task<GitStatus> StatusAsync(RunnerSession session) => NothingAsync(session, "git.status");

    private static Task<GitStatus> FetchAsync(RunnerSession session) => NothingAsync(session, "git.fetch");

    private static Task<GitStatus> NothingAsync(RunnerSession session, string method) => session.CallAsync(method, new Nothing(), Json.Nothing, Json.GitStatus, Token);

    private static Task<GitStatus> PushAsync(RunnerSession session, string? publish) =>
        session.CallAsync("git.push", new GitPush(publish), Json.GitPush, Json.GitStatus, Token);

    private static Task<GitStatus> PullAsync(RunnerSession session, GitReconcile? how) =>
        session.CallAsync("git.pull", new GitPull(how), Json.GitPull, Json.GitStatus, Token);

    private static Task<GitStatus> AddAsync(RunnerSession session, string url, string name = "origin") =>
        session.CallAsync("git.addRemote", new GitRemote(name, url), Json.GitRemote, Json.GitStatus, Token);

    private static List<string> GitProcesses(RunnerProgram runner) =>
        [.. Directory.GetDirectories("/proc").Where(process => Path.GetFileName(process).All(char.IsAsciiDigit)).Where(process => IsGitIn(process, runner.Workspace))];

    private static bool IsGitIn(string process, string folder)
    {
        try
        {
            return new FileInfo(Path.Combine(process, "cwd")).LinkTarget == folder
                && File.ReadAllText(Path.Combine(process, "comm")).StartsWith("git", StringComparison.Ordinal);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }
}

[Trait("Tier", "integration")]
public sealed class TransferJitTests(JitRunner runner) : TransferSuite(runner), IClassFixture<JitRunner>;

[Trait("Tier", "integration")]
public sealed class TransferAotTests(AotRunner runner) : TransferSuite(runner), IClassFixture<AotRunner>;
