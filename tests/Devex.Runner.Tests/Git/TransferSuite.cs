using Devex.Contracts.Control;
using Devex.Contracts.Protocol;
using Devex.Runner.Tests.Conformance;
using Devex.Testing.Git;
using Devex.Testing.Runner;
using Xunit;

namespace Devex.Runner.Tests.Git;

/// <summary>What the suites of push, pull and fetch have in common: git's own HTTP server, over https, a runner that trusts it, and one person's requests.</summary>
public abstract class TransferSuite(IRunnerFixture fixture) : ConformanceSuite(fixture)
{
    protected const string Secret = "t0ken-of-ada-7315";

    protected static readonly ProtocolJson Json = ProtocolJson.Default;

    protected static async Task WriteProgramAsync(string path, string text)
    {
        await File.WriteAllTextAsync(path, text, Token);
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    protected static async Task<GitServer> ServerAsync()
    {
        var server = await GitServer.StartAsync(https: true);
        server.Credential = ("ada", Secret);
        return server;
    }

    /// <summary>A runner that was started by somebody who trusts the server's certificate.</summary>
    protected async Task<RunnerProgram> StartWithAsync(GitServer server, Dictionary<string, string>? environment = null)
    {
        var runner = await StartAsync(variables: new Dictionary<string, string?> { ["SSL_CERT_FILE"] = server.AuthorityPath, ["TMPDIR"] = server.Folder });
        await runner.Client.ControlAsync(cancellation: Token);
        if (environment is not null)
            await runner.Client.ControlAsync(new ControlRequest(Environment: environment), Token);
        return runner;
    }

    protected static async Task BeginAsync(RunnerProgram runner, RunnerSession session)
    {
        await NothingAsync(session, "git.init");
        await ChangeAsync(runner, session, "a.txt", "mine");
    }

    protected static async Task ChangeAsync(RunnerProgram runner, RunnerSession session, string path, string text)
    {
        await File.WriteAllTextAsync(Path.Combine(runner.Workspace, path), text, Token);
        await session.CallAsync("git.commit", new GitCommit("Changed", All: true), Json.GitCommit, Json.GitStatus, Token);
    }

    /// <summary>Answers the one question that an operation asks.</summary>
    protected static async Task<(GitStatus Status, GitCredentialAsked Asked)> WithCredentialAsync(RunnerSession session, Func<Task<GitStatus>> operation, string? password = Secret)
    {
        var running = operation();
        var asking = AskedAsync(session);
        if (await Task.WhenAny(running, asking) == running)
            Assert.Fail($"It was not asked: {await running}");
        var asked = await asking;
        await AnswerAsync(session, asked, password);
        return (await running, asked);
    }

    protected static Task<GitCredentialAsked> AskedAsync(RunnerSession session) => session.NextAsync("git.credentialAsked", Json.GitCredentialAsked, cancellation: Token);

    protected static Task<Nothing> AnswerAsync(RunnerSession session, GitCredentialAsked asked, string? password) =>
        session.CallAsync("git.credential", new GitCredential(asked.Ask, "ada", password), Json.GitCredential, Json.Nothing, Token);

    protected static Task<RunnerErrorException> RefusedAsync<T>(Func<Task<T>> call) => Assert.ThrowsAsync<RunnerErrorException>(call);

    protected static Task<GitStatus> StatusAsync(RunnerSession session) => NothingAsync(session, "git.status");

    protected static Task<GitStatus> FetchAsync(RunnerSession session) => NothingAsync(session, "git.fetch");

    protected static Task<GitStatus> NothingAsync(RunnerSession session, string method) => session.CallAsync(method, new Nothing(), Json.Nothing, Json.GitStatus, Token);

    protected static Task<GitStatus> PushAsync(RunnerSession session, string? publish) =>
        session.CallAsync("git.push", new GitPush(publish), Json.GitPush, Json.GitStatus, Token);

    protected static Task<GitStatus> PullAsync(RunnerSession session, GitReconcile? how) =>
        session.CallAsync("git.pull", new GitPull(how), Json.GitPull, Json.GitStatus, Token);

    protected static Task<GitStatus> AddAsync(RunnerSession session, string url, string name = "origin") =>
        session.CallAsync("git.addRemote", new GitRemote(name, url), Json.GitRemote, Json.GitStatus, Token);
}
