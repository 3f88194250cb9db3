using System.Net;
using System.Net.Sockets;
using System.Text;
using Devex.Contracts;
using Devex.Contracts.Control;
using Devex.Contracts.Protocol;
using Devex.Runner.Tests.Conformance;
using Devex.Testing;
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
        Assert.True(RunsGit(runner));
        second.Abort();
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(Token);
        limit.CancelAfter(TimeSpan.FromMinutes(1));
        while (RunsGit(runner))
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
        await WriteProgramAsync(Path.Combine(runner.Workspace, ".git/hooks/pre-push"), $"#!/bin/sh\nenv > '{runner.Home}/seen'\ncat /proc/[0-9]*/cmdline 2>/dev/null | tr '\\0' ' ' >> '{runner.Home}/seen'\n");
        await AddAsync(ada, $"{server.Url}/one.git");
        await WithCredentialAsync(ada, () => PushAsync(ada, "origin"));

        var token = Encoding.UTF8.GetBytes(Secret);
        // All but what serve has locked, which is empty.
        var files = new[] { runner.Workspace, runner.Home, runner.Journal }.SelectMany(folder => Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories))
            .Where(file => !file.EndsWith(".devex-serving", StringComparison.Ordinal)).ToList();
        Assert.Contains(Path.Combine(runner.Home, "seen"), files);
        Assert.Contains(files, file => file.EndsWith(".git/config", StringComparison.Ordinal));
        Assert.DoesNotContain(files, file => File.ReadAllBytes(file).AsSpan().IndexOf(token) >= 0);
        Assert.DoesNotContain(Secret, runner.Process.OutputText, StringComparison.Ordinal);
        Assert.False(File.Exists(Path.Combine(runner.Home, ".git-credentials")));

        Assert.Empty(Directory.GetDirectories(server.Folder, "devex-git-*"));

        // Nor does the next operation go on with it.
        var asking = FetchAsync(ada);
        await AnswerAsync(ada, await AskedAsync(ada), Secret);
        await asking;
    }

    [Fact]
    public async Task Nothing_that_the_session_can_write_runs_or_leads_elsewhere_while_the_credential_is_there()
    {
        await using var server = await ServerAsync();
        var remote = server.Create("one.git");
        using var trap = new TcpListener(IPAddress.Loopback, 0);
        trap.Start();
        var elsewhere = $"http://127.0.0.1:{((IPEndPoint)trap.LocalEndpoint).Port}";
        using var loot = new TempFolder("devex-loot-");
        await using var runner = await StartWithAsync(server, new()
        {
            ["https_proxy"] = elsewhere,
            ["ALL_PROXY"] = elsewhere,
            ["GIT_SSL_NO_VERIFY"] = "1",
            ["GIT_SSL_CAINFO"] = "/dev/null",
            ["GIT_TRACE_CURL"] = loot["curl"],
            ["GIT_TRACE_REDACT"] = "0",
            ["GIT_CONFIG_COUNT"] = "1",
            ["GIT_CONFIG_KEY_0"] = "http.proxy",
            ["GIT_CONFIG_VALUE_0"] = elsewhere,
            ["SSLKEYLOGFILE"] = loot["keys"],
        });
        await using var ada = await runner.Client.OpenSessionAsync(name: "Ada", cancellation: Token);
        await BeginAsync(runner, ada);
        await AddAsync(ada, $"{server.Url}/one.git");

        // A spy that says that it ran, and takes what the pipes of a credential would give it.
        var spy = loot["spy"];
        await WriteProgramAsync(spy, $"#!/bin/sh\nprintf '%s\\n' \"$0 $*\" >> '{loot["ran"]}'\n{{ printf 'get\\nprotocol=https\\nhost={new Uri(server.Url).Authority}\\npath=one.git\\n\\n' >&8; timeout 2 cat <&9 >> '{loot["heard"]}'; }} 2>/dev/null\nexit 0\n");
        foreach (var hook in (string[])["pre-push", "reference-transaction", "post-merge", "pre-auto-gc", "post-checkout"])
            File.Copy(spy, Path.Combine(runner.Workspace, ".git/hooks", hook), overwrite: true);
        await File.AppendAllTextAsync(Path.Combine(runner.Workspace, ".git/config"), $"""
            [core]
            	sshCommand = {spy} ssh
            	fsmonitor = {spy}
            	askPass = {spy}
            	gitProxy = {spy}
            	alternateRefsCommand = {spy}
            [credential]
            	helper = "!{spy} helper"
            [credential "{server.Url}"]
            	helper = store
            	helper = "!{spy} helper"
            [http]
            	proxy = {elsewhere}
            	sslVerify = false
            	curloptResolve = 127.0.0.1:1:127.0.0.1
            [http "{server.Url}/one.git"]
            	proxy = {elsewhere}
            	sslVerify = false
            	extraHeader = X-Spy: yes
            	followRedirects = true
            [transfer]
            	fsckObjects = true
            [include]
            	path = {loot["more"]}
            """, Token);
        await File.WriteAllTextAsync(loot["more"], $"[url \"{elsewhere}/\"]\n\tpushInsteadOf = nothing-like-this\n", Token);

        var (status, _) = await WithCredentialAsync(ada, () => PushAsync(ada, "origin"));
        Assert.Equal(("origin/main", 0), (status.Upstream, status.Ahead));
        remote.Follow(("a.txt", "theirs"));
        await WithCredentialAsync(ada, () => FetchAsync(ada));
        await WithCredentialAsync(ada, () => PullAsync(ada, GitReconcile.Merge));
        Assert.Equal("theirs", await File.ReadAllTextAsync(Path.Combine(runner.Workspace, "a.txt"), Token));

        Assert.False(trap.Pending());
        // The hooks ran, as they do, and were given nothing.
        Assert.Contains("pre-push origin", await File.ReadAllTextAsync(loot["ran"], Token), StringComparison.Ordinal);
        Assert.Contains("post-merge", await File.ReadAllTextAsync(loot["ran"], Token), StringComparison.Ordinal);
        Assert.DoesNotContain("helper", await File.ReadAllTextAsync(loot["ran"], Token), StringComparison.Ordinal);
        Assert.False(File.Exists(loot["keys"]));
        var given = Encoding.UTF8.GetBytes(Secret);
        var basic = Encoding.UTF8.GetBytes(Convert.ToBase64String(Encoding.UTF8.GetBytes($"ada:{Secret}")));
        foreach (var file in Directory.EnumerateFiles(loot.Path).Concat(Directory.EnumerateFiles(runner.Home, "*", SearchOption.AllDirectories)).Concat(Directory.EnumerateFiles(runner.Workspace, "*", SearchOption.AllDirectories)))
        {
            var bytes = await File.ReadAllBytesAsync(file, Token);
            Assert.True(bytes.AsSpan().IndexOf(given) < 0 && bytes.AsSpan().IndexOf(basic) < 0, file);
        }
    }

    [Fact]
    public async Task An_address_that_settings_rewrite_is_named_as_it_is_and_whom_nobody_trusts_is_asked_nothing()
    {
        await using var server = await ServerAsync();
        server.Create("one.git");
        await using var impostor = await ServerAsync();
        impostor.Create("one.git");
        await using var runner = await StartWithAsync(server);
        await using var ada = await runner.Client.OpenSessionAsync(name: "Ada", cancellation: Token);
        await BeginAsync(runner, ada);
        await AddAsync(ada, "https://example.org/somebody/project.git");
        await File.AppendAllTextAsync(Path.Combine(runner.Workspace, ".git/config"), $"[url \"{server.Url}/one.git\"]\n\tinsteadOf = https://example.org/somebody/project.git\n[http]\n\tsslVerify = false\n", Token);
        var (_, asked) = await WithCredentialAsync(ada, () => PushAsync(ada, "origin"));
        Assert.Equal((new Uri(server.Url).Authority, "one.git"), (asked.Host, asked.Path));
        // What was fetched there is the remote's here, whatever its address is called.
        Assert.Equal("origin/main", (await WithCredentialAsync(ada, () => FetchAsync(ada))).Status.Upstream);

        await AddAsync(ada, $"{impostor.Url}/one.git", "impostor");
        Assert.Equal("git.certificate", (await RefusedAsync(() => PushAsync(ada, "impostor"))).Reason);

        // Nor is anybody followed to where they point.
        server.Credential = null;
        server.Redirects["/one.git"] = $"{server.Url}/two.git";
        Assert.Equal("git.moved", (await RefusedAsync(() => FetchAsync(ada))).Reason);
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

    private static async Task WriteProgramAsync(string path, string text)
    {
        await File.WriteAllTextAsync(path, text, Token);
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    private static async Task<GitServer> ServerAsync()
    {
        var server = await GitServer.StartAsync(https: true);
        server.Credential = ("ada", Secret);
        return server;
    }

    /// <summary>A runner that was started by somebody who trusts the server's certificate.</summary>
    private async Task<RunnerProgram> StartWithAsync(GitServer server, Dictionary<string, string>? environment = null)
    {
        var runner = await StartAsync(variables: new Dictionary<string, string?> { ["SSL_CERT_FILE"] = server.AuthorityPath, ["TMPDIR"] = server.Folder });
        await runner.Client.ControlAsync(cancellation: Token);
        if (environment is not null)
            await runner.Client.ControlAsync(new ControlRequest(Environment: environment), Token);
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
        var asking = AskedAsync(session);
        if (await Task.WhenAny(running, asking) == running)
            Assert.Fail($"It was not asked: {await running}");
        var asked = await asking;
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

    private static bool RunsGit(RunnerProgram runner) => Directory.GetDirectories("/proc").Where(process => Path.GetFileName(process).All(char.IsAsciiDigit)).Any(process =>
    {
        try
        {
            // pid (name) state parent
            return File.ReadAllText(Path.Combine(process, "stat")).Split(' ') is [_, "(git)", _, var parent, ..] && parent == $"{runner.Process.Id}";
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    });
}

[Trait("Tier", "integration")]
public sealed class TransferJitTests(JitRunner runner) : TransferSuite(runner), IClassFixture<JitRunner>;

[Trait("Tier", "integration")]
public sealed class TransferAotTests(AotRunner runner) : TransferSuite(runner), IClassFixture<AotRunner>;
