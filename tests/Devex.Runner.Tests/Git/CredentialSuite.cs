using Devex.Contracts;
using Devex.Contracts.Protocol;
using Devex.Runner.Tests.Conformance;
using Devex.Testing.Git;
using Devex.Testing.Runner;
using Xunit;

namespace Devex.Runner.Tests.Git;

/// <summary>Who is asked for a credential, by whom and for where, and what an answer does.</summary>
public abstract class CredentialSuite(IRunnerFixture fixture) : TransferSuite(fixture)
{
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
public sealed class CredentialJitTests(JitRunner runner) : CredentialSuite(runner), IClassFixture<JitRunner>;

[Trait("Tier", "integration")]
public sealed class CredentialAotTests(AotRunner runner) : CredentialSuite(runner), IClassFixture<AotRunner>;
