using System.Net;
using System.Text.Json;
using Devex.Contracts;
using Devex.Contracts.Control;
using Devex.Contracts.Protocol;
using Devex.Runner.Documents;
using Devex.Runner.Tests.Conformance;
using Devex.Testing;
using Devex.Testing.Runner;
using Xunit;

namespace Devex.Runner.Tests.Languages;

public abstract class LanguageSuite(IRunnerFixture fixture) : ConformanceSuite(fixture)
{
    private static readonly ProtocolJson Json = ProtocolJson.Default;
    private static readonly Dictionary<string, string> Texts = new() { [".txt"] = "plain" };

    [Fact]
    public async Task One_server_serves_everyone_and_starts_when_an_editor_comes()
    {
        await using var runner = await StartAsync(Fake());
        await File.WriteAllTextAsync(Path.Combine(runner.Workspace, "a b.txt"), "hello\n", Token);
        await using var guest = await runner.Client.OpenSessionAsync("local-guest", Role.Viewer, cancellation: Token);
        await using var guestSocket = await RunnerLanguage.OpenAsync(runner.Client, guest, "fake", Token);
        await guestSocket.StateAsync("stopped", Token);
        var list = await guest.CallAsync("languages.list", new Nothing(), Json.Nothing, Json.LanguageList, Token);
        Assert.Equal((LanguageServerState.Stopped, $"file://{runner.Workspace}"), (list.Servers[0].State, list.Root));

        await using var ada = await runner.Client.OpenSessionAsync(cancellation: Token);
        await using var socket = await RunnerLanguage.OpenAsync(runner.Client, ada, "fake", Token);
        var running = await socket.StateAsync("running", Token);
        Assert.True(running.GetProperty("capabilities").GetProperty("hoverProvider").GetBoolean());
        await guestSocket.StateAsync("running", Token);

        var opened = await OpenAsync(ada, "a b.txt");
        var answers = await Task.WhenAll(Hover(socket, runner, "a b.txt", opened.Version), Hover(guestSocket, runner, "a b.txt", opened.Version));
        Assert.All(answers, answer => Assert.Equal("hello\n", answer.GetProperty("result").GetProperty("contents").GetString()));
        Assert.Equal(opened.Version, answers[0].GetProperty("versions").EnumerateObject().Single().Value.GetInt64());
    }

    [Fact]
    public async Task What_a_server_asks_is_answered()
    {
        await using var runner = await StartAsync(Fake());
        await using var work = await Work.BeginAsync(runner, "hello\n");
        // It asks when it is told that all is set up, which may come after the first question to it.
        JsonElement answers;
        do
        {
            answers = (await work.HoverAsync()).GetProperty("result");
        }
        while (!answers.TryGetProperty("answers", out answers) || !answers.TryGetProperty("4", out _));
        Assert.Equal("[\"high\",null]", answers.GetProperty("ask").GetRawText());
        Assert.Equal($"file://{runner.Workspace}", answers.GetProperty("3")[0].GetProperty("uri").GetString());
        Assert.Equal(-32601, answers.GetProperty("4").GetInt32());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Its_texts_are_those_of_the_documents_whoever_edits(bool incremental)
    {
        await using var runner = await StartAsync(Fake(incremental ? ["--incremental"] : []));
        await using var work = await Work.BeginAsync(runner, "eins\nzwei\n😀 drei\n");
        await using var bob = await runner.Client.OpenSessionAsync("local-bob", Role.Editor, cancellation: Token);
        var other = await OpenAsync(bob, "a.txt");
        for (var round = 0; round < 5; round++)
        {
            var (first, second) = (new Random(round), new Random(round + 100));
            await Task.WhenAll(work.TypeAsync("adaadaadaadaadaa", first, 30), Work.TypeAsync(bob, other.Document, "bobbobbobbobbobb", second, 30, round * 30));
            var now = await OpenAsync(work.Session, "a.txt");
            // The answer comes after everything that was accepted before it was asked for.
            var answer = await Hover(work.Socket, runner, "a.txt", now.Version);
            Assert.Equal(now.Text, answer.GetProperty("result").GetProperty("contents").GetString());
            Assert.Equal(now.Version, answer.GetProperty("versions").EnumerateObject().Single().Value.GetInt64());
        }
    }

    [Fact]
    public async Task Places_in_an_older_text_are_moved_and_in_a_forgotten_one_refused()
    {
        await using var runner = await StartAsync(Fake());
        await using var work = await Work.BeginAsync(runner, "one\ntwo\n");
        // Only a text that the server was told once is kept.
        await work.HoverAsync();
        await work.PushAsync("adaadaadaadaadaa", 1, ChangeSet.Replace(8, 0, 0, "zero\n"));
        var moved = await Hover(work.Socket, runner, "a.txt", work.Version, line: 1, character: 2);
        Assert.Equal("{\"line\":2,\"character\":2}", moved.GetProperty("result").GetProperty("position").GetRawText());
        var forgotten = await Hover(work.Socket, runner, "a.txt", work.Version + 1000);
        Assert.Equal(-32801, forgotten.GetProperty("error").GetProperty("code").GetInt32());
    }

    [Fact]
    public async Task A_server_that_crashes_is_started_again_and_everyone_told_why()
    {
        await using var runner = await StartAsync(Fake());
        await using var work = await Work.BeginAsync(runner, "CRASH");
        Assert.Equal(-32802, (await work.HoverAsync()).GetProperty("error").GetProperty("code").GetInt32());
        var waiting = await work.Socket.StateAsync("waiting", Token);
        Assert.Contains("exit code 3", waiting.GetProperty("message").GetString(), StringComparison.Ordinal);
        Assert.Contains("out of luck", waiting.GetProperty("message").GetString(), StringComparison.Ordinal);
        await work.Session.NextAsync("languages.changed", Json.LanguageServerInfo, server => server.State == LanguageServerState.Waiting, Token);
        await work.Socket.StateAsync("running", Token);
    }

    [Theory]
    [InlineData("GARBAGE", "not the Language Server Protocol")]
    [InlineData("TOOBIG", "999999999 bytes")]
    public async Task A_server_that_writes_what_it_must_not_is_ended(string text, string message)
    {
        await using var runner = await StartAsync(Fake());
        await using var work = await Work.BeginAsync(runner, text);
        await work.HoverAsync();
        Assert.Contains(message, (await work.Socket.StateAsync("waiting", Token)).GetProperty("message").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_that_never_comes_up_is_given_up_until_somebody_asks_again()
    {
        await using var runner = await StartAsync(Fake(["--die"]));
        await using var ada = await runner.Client.OpenSessionAsync(cancellation: Token);
        await using var socket = await RunnerLanguage.OpenAsync(runner.Client, ada, "fake", Token);
        var failed = await socket.StateAsync("failed", Token);
        Assert.Contains("no such option", failed.GetProperty("message").GetString(), StringComparison.Ordinal);
        Assert.DoesNotContain("\u001b", failed.GetProperty("message").GetString(), StringComparison.Ordinal);
        await ada.CallAsync("languages.restart", new LanguageParams("fake"), Json.LanguageParams, Json.Nothing, Token);
        await socket.StateAsync("starting", Token);
    }

    [Fact]
    public async Task An_answer_that_is_too_large_is_refused_alone()
    {
        await using var runner = await StartAsync(Fake());
        await using var work = await Work.BeginAsync(runner, "HUGE");
        Assert.Contains("too large", (await work.HoverAsync()).GetProperty("error").GetProperty("message").GetString(), StringComparison.Ordinal);
        await work.PushAsync("adaadaadaadaadaa", 1, ChangeSet.Replace(4, 0, 4, "fine"));
        Assert.Equal("fine", (await work.HoverAsync(work.Version + 1)).GetProperty("result").GetProperty("contents").GetString());
    }

    [Fact]
    public async Task A_server_that_is_not_installed_is_missing_and_an_unknown_one_is_404()
    {
        await using var runner = await StartAsync(Fake() with { Command = "no-such-program", Package = "some-set" });
        await using var ada = await runner.Client.OpenSessionAsync(cancellation: Token);
        await using var socket = await RunnerLanguage.OpenAsync(runner.Client, ada, "fake", Token);
        await socket.StateAsync("missing", Token);
        var list = await ada.CallAsync("languages.list", new Nothing(), Json.Nothing, Json.LanguageList, Token);
        Assert.Equal((LanguageServerState.Missing, "some-set"), (list.Servers[0].State, list.Servers[0].Package));
        var (none, status) = await runner.Client.TryOpenSocketAsync("/lsp/other", SessionProtocol.TokenPrefix + ada.Welcome.Token, cancellation: Token);
        Assert.Equal((null, HttpStatusCode.NotFound), (none, status));
        var (_, refused) = await runner.Client.TryOpenSocketAsync("/lsp/fake", SessionProtocol.TokenPrefix + "wrong", origin: null, cancellation: Token);
        Assert.Equal(HttpStatusCode.Unauthorized, refused);
    }

    [Fact]
    public async Task Viewers_may_look_and_nobody_may_do_what_is_not_listed()
    {
        await using var runner = await StartAsync(Fake());
        await using var work = await Work.BeginAsync(runner, "hello\n");
        await using var guest = await runner.Client.OpenSessionAsync("local-guest", Role.Viewer, cancellation: Token);
        await using var socket = await RunnerLanguage.OpenAsync(runner.Client, guest, "fake", Token);
        Assert.Equal("hello\n", (await Hover(socket, runner, "a.txt", work.Version)).GetProperty("result").GetProperty("contents").GetString());
        Assert.Equal(ErrorCodes.Forbidden, Code(await socket.AskAsync("textDocument/completion", "{}", Token)));
        Assert.Equal(-32601, Code(await work.Socket.AskAsync("workspace/executeCommand", """{"command":"rm"}""", Token)));
        Assert.Equal(-32803, Code(await work.Socket.AskAsync("textDocument/hover", """{"textDocument":{"uri":"file:///etc/passwd"},"position":{"line":0,"character":0}}""", Token)));
        Assert.Equal(-32803, Code(await work.Socket.AskAsync("textDocument/hover", $$$"""{"textDocument":{"uri":"file://{{{runner.Workspace}}}/a.txt","version":{{{work.Version}}}},"position":{"line":-1,"character":"x"}}""", Token)));
        await socket.SendRawAsync(new string('x', (1 << 20) + 1), Token);
        Assert.Equal(1009, (await socket.Closed.WaitAsync(TimeSpan.FromMinutes(1), Token)).Code);
    }

    [Fact]
    public async Task The_user_s_variables_do_not_reach_it()
    {
        await using var runner = await StartAsync(Fake(), new Dictionary<string, string> { ["SECRET"] = "value" });
        await using var work = await Work.BeginAsync(runner, "hello\n");
        await work.HoverAsync();
        var environments = Directory.EnumerateDirectories("/proc").Where(folder => int.TryParse(Path.GetFileName(folder), out _)).Select(Environment)
            .Where(text => text.Contains($"HOME={runner.Home}", StringComparison.Ordinal)).ToList();
        Assert.NotEmpty(environments);
        Assert.DoesNotContain(environments, text => text.Contains("SECRET", StringComparison.Ordinal));

        static string Environment(string folder)
        {
            try
            {
                return File.ReadAllText(Path.Combine(folder, "environ"));
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                return "";
            }
        }
    }

    private static int Code(JsonElement answer) => answer.GetProperty("error").GetProperty("code").GetInt32();

    private static LanguageServerSpec Fake(params string[] arguments) => new(
        "fake", "Fake", "node", Texts, [Path.Combine(BuiltProgram.RepositoryRoot, "tests", "Devex.Runner.Tests", "Languages", "fake-server.mjs"), .. arguments],
        Settings: JsonElement.Parse("""{"fake":{"level":"high"}}"""));

    private async Task<RunnerProgram> StartAsync(LanguageServerSpec server, Dictionary<string, string>? environment = null)
    {
        var runner = await base.StartAsync();
        await runner.Client.ControlAsync(new ControlRequest(RunnerClient.WebOrigin, Environment: environment, LanguageServers: [server]), Token);
        return runner;
    }

    private static Task<OpenedDocument> OpenAsync(RunnerSession session, string path) =>
        session.CallAsync("documents.open", new OpenDocument(path), Json.OpenDocument, Json.OpenedDocument, Token);

    private static Task<JsonElement> Hover(RunnerLanguage socket, RunnerProgram runner, string path, long version, int line = 0, int character = 0) =>
        socket.AskAsync("textDocument/hover", JsonSerializer.Serialize(new
        {
            textDocument = new { uri = $"file://{runner.Workspace}/{Uri.EscapeDataString(path)}", version },
            position = new { line, character },
        }), Token);

    /// <summary>An editor with one file open and a running server.</summary>
    private sealed class Work(RunnerProgram runner, RunnerSession session, RunnerLanguage socket, OpenedDocument opened) : IAsyncDisposable
    {
        private int _typed;

        public RunnerSession Session => session;

        public RunnerLanguage Socket => socket;

        public long Version => opened.Version;

        public static async Task<Work> BeginAsync(RunnerProgram runner, string text)
        {
            await File.WriteAllTextAsync(Path.Combine(runner.Workspace, "a.txt"), text, Token);
            var session = await runner.Client.OpenSessionAsync(cancellation: Token);
            var socket = await RunnerLanguage.OpenAsync(runner.Client, session, "fake", Token);
            await socket.StateAsync("running", Token);
            return new Work(runner, session, socket, await OpenAsync(session, "a.txt"));
        }

        public Task<JsonElement> HoverAsync(long? version = null) => Hover(socket, runner, "a.txt", version ?? Version);

        public Task<PushedUpdates> PushAsync(string client, long n, ChangeSet changes) =>
            session.CallAsync("documents.push", new PushUpdates(opened.Document, Version, [new Update(client, n, changes).ToWire()]), Json.PushUpdates, Json.PushedUpdates, Token);

        public async Task TypeAsync(string client, Random random, int changes)
        {
            await TypeAsync(session, opened.Document, client, random, changes, _typed);
            _typed += changes;
        }

        /// <summary>Edits at random, on whatever text is there by then.</summary>
        public static async Task TypeAsync(RunnerSession session, string document, string client, Random random, int changes, int typed)
        {
            for (var n = 1; n <= changes; n++)
            {
                var now = await OpenAsync(session, "a.txt");
                // As editors do, whole characters only.
                var at = Whole(now.Text!, random.Next(now.Text!.Length + 1));
                var end = Whole(now.Text, Math.Min(at + random.Next(3), now.Text.Length));
                var change = ChangeSet.Replace(now.Text.Length, at, Math.Max(end - at, 0), random.Next(3) switch { 0 => "x\ny\n", 1 => "é😀", _ => "\n" });
                await session.CallAsync("documents.push", new PushUpdates(document, now.Version, [new Update(client, typed + n, change).ToWire()]), Json.PushUpdates, Json.PushedUpdates, Token);
            }
        }

        private static int Whole(string text, int at) => at > 0 && at < text.Length && char.IsLowSurrogate(text[at]) ? at - 1 : at;

        public async ValueTask DisposeAsync()
        {
            await socket.DisposeAsync();
            await session.DisposeAsync();
        }
    }
}

[Trait("Tier", "integration")]
public sealed class LanguageProgramTests(JitRunner runner) : LanguageSuite(runner), IClassFixture<JitRunner>;

[Trait("Tier", "integration")]
[Trait("Runner", "aot")]
public sealed class LanguageProgramAotTests(AotRunner runner) : LanguageSuite(runner), IClassFixture<AotRunner>;
