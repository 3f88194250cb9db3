using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Devex.Contracts;
using Devex.Contracts.Control;
using Devex.Contracts.Protocol;
using Devex.Runner.Documents;
using Devex.Runner.Tests.Conformance;
using Devex.Testing;
using Devex.Testing.Runner;
using Xunit;

namespace Devex.Runner.Tests.Documents;

public abstract class DocumentSuite(IRunnerFixture fixture) : ConformanceSuite(fixture)
{
    private static readonly ProtocolJson Json = ProtocolJson.Default;

    private readonly IRunnerFixture _fixture = fixture;

    [Fact]
    public async Task Two_editors_arrive_at_the_same_text_and_it_is_in_the_file()
    {
        await using var runner = await StartReadyAsync();
        await File.WriteAllTextAsync(Path.Combine(runner.Workspace, "a.txt"), "hello\n", Token);
        await using var ada = await Editor.OpenAsync(runner.Client, "local-ada", "adaadaadaadaadaa", "a.txt");
        await using var bob = await Editor.OpenAsync(runner.Client, "local-bob", "bobbobbobbobbobb", "a.txt");
        await Task.WhenAll(ada.TypeAsync(100, new Random(1)), bob.TypeAsync(100, new Random(2)));
        var version = Math.Max(ada.Version, bob.Version);
        await ada.ReceiveUntilAsync(version);
        await bob.ReceiveUntilAsync(version);
        Assert.Equal(ada.Text, bob.Text);
        await ada.Session.NextAsync("documents.flushed", Json.DocumentFlushed, flushed => flushed.Version == version, Token);
        Assert.Equal(ada.Text, await File.ReadAllTextAsync(Path.Combine(runner.Workspace, "a.txt"), Token));
    }

    [Fact]
    public async Task A_change_by_another_program_arrives()
    {
        await using var runner = await StartReadyAsync();
        var file = Path.Combine(runner.Workspace, "a.txt");
        await File.WriteAllTextAsync(file, "one\n", Token);
        await using var ada = await Editor.OpenAsync(runner.Client, "local-ada", "adaadaadaadaadaa", "a.txt");
        await File.WriteAllTextAsync(file, "one\ntwo\n", Token);
        await ada.ReceiveUntilAsync(1);
        Assert.Equal("one\ntwo\n", ada.Text);
    }

    [Fact]
    public async Task Freezing_flushes_at_once_and_says_when()
    {
        await using var runner = await StartReadyAsync();
        var file = Path.Combine(runner.Workspace, "a.txt");
        await File.WriteAllTextAsync(file, "", Token);
        await using var ada = await Editor.OpenAsync(runner.Client, "local-ada", "adaadaadaadaadaa", "a.txt");
        await ada.TypeAsync(1, new Random(1));
        var status = await runner.Client.ControlAsync(new ControlRequest(Frozen: true), Token);
        Assert.Equal(0, status.Unflushed);
        Assert.Equal((await File.ReadAllTextAsync("/proc/sys/kernel/random/boot_id", Token)).Trim(), status.FlushedAt!.Value.BootId);
        Assert.Equal(ada.Text, await File.ReadAllTextAsync(file, Token));
        Assert.Equal(ErrorCodes.Frozen, (await Assert.ThrowsAsync<RunnerErrorException>(() => ada.TypeAsync(1, new Random(2)))).Code);
    }

    /// <summary>A text waits for a moment of quiet before it goes to its file, and nobody who runs it may notice.</summary>
    [Fact]
    public async Task What_was_typed_a_moment_ago_is_what_is_run_copied_downloaded_found_and_committed()
    {
        await using var runner = await StartReadyAsync();
        await File.WriteAllTextAsync(Path.Combine(runner.Workspace, "a.txt"), "", Token);
        await using var ada = await Editor.OpenAsync(runner.Client, "local-ada", "adaadaadaadaadaa", "a.txt");
        var session = ada.Session;
        await session.CallAsync("git.init", new Nothing(), Json.Nothing, Json.GitStatus, Token);
        await using var shell = await session.OpenTerminalAsync((await session.NewTerminalAsync()).Terminal, cancellation: Token);
        await shell.WriteAsync("echo r''eady\r", Token);
        await shell.ReadUntilAsync("ready", Token);
        var random = new Random(5);

        await ada.TypeAsync(1, random);
        await shell.WriteAsync("sha256sum a.txt\r", Token);
        await shell.ReadUntilAsync(Hash(ada.Text), Token);

        await ada.TypeAsync(1, random);
        var run = await session.CallAsync("run.start", new StartRun("sha256sum a.txt"), Json.StartRun, Json.RunStatus, Token);
        await using var console = await session.OpenTerminalAsync(run.Terminal!, cancellation: Token);
        await console.ReadUntilAsync(Hash(ada.Text), Token);

        await ada.TypeAsync(1, random);
        await session.CallAsync("files.copy", new MoveFile("a.txt", "b.txt"), Json.MoveFile, Json.FileEntry, Token);
        Assert.Equal(ada.Text, await File.ReadAllTextAsync(Path.Combine(runner.Workspace, "b.txt"), Token));

        await ada.TypeAsync(1, random);
        using var download = await runner.Client.SendAsync(HttpMethod.Get, "/files/a.txt", session.Welcome.Token, RunnerClient.WebOrigin, cancellation: Token);
        Assert.Equal(ada.Text, await download.Content.ReadAsStringAsync(Token));

        await ada.TypeAsync(1, random);
        await session.CallAsync("search.start", new StartSearch("1", new SearchQuery($"a{ada.N}")), Json.StartSearch, Json.Nothing, Token);
        Assert.Equal("search.found", (await session.NextOfAsync(["search.found", "search.ended"], Token)).Method);

        await ada.TypeAsync(1, random);
        await session.CallAsync("git.commit", new GitCommit("First", All: true), Json.GitCommit, Json.GitStatus, Token);
        var committed = ada.Text;
        await ada.TypeAsync(1, random);
        var diff = await session.CallAsync("git.diff", new GitDiff("a.txt", Staged: false), Json.GitDiff, Json.GitFileDiff, Token);
        Assert.Equal((committed, ada.Text), (diff.Before, diff.After));

        static string Hash(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
    }

    [Fact]
    public async Task Viewers_read_and_do_not_edit()
    {
        await using var runner = await StartReadyAsync();
        await File.WriteAllTextAsync(Path.Combine(runner.Workspace, "a.txt"), "one\n", Token);
        await using var bob = await Editor.OpenAsync(runner.Client, "local-bob", "bobbobbobbobbobb", "a.txt", Role.Viewer);
        Assert.Equal(ErrorCodes.Forbidden, (await Assert.ThrowsAsync<RunnerErrorException>(() => bob.TypeAsync(1, new Random(2)))).Code);
    }

    [Fact]
    public async Task Where_a_viewer_is_reaches_the_others_and_what_is_no_place_is_refused()
    {
        await using var runner = await StartReadyAsync();
        await File.WriteAllTextAsync(Path.Combine(runner.Workspace, "a.txt"), "one\n", Token);
        await using var ada = await Editor.OpenAsync(runner.Client, "local-ada", "adaadaadaadaadaa", "a.txt");
        await using var bob = await Editor.OpenAsync(runner.Client, "local-bob", "bobbobbobbobbobb", "a.txt", Role.Viewer);
        foreach (var refused in (SelectionRange[][])[[new(-1, 0)], [new(0, -1)], [.. Enumerable.Repeat(new SelectionRange(0, 0), 101)]])
            Assert.Equal(ErrorCodes.InvalidParams, (await Assert.ThrowsAsync<RunnerErrorException>(() => bob.MoveAsync(refused))).Code);
        await bob.MoveAsync([new SelectionRange(1, 3)]);
        var place = Assert.Single((await ada.Session.NextAsync("documents.presence", Json.PresentPeople, cancellation: Token)).People);
        Assert.Equal(("local-bob", Role.Viewer, 0L), (place.Person.User.ToString(), place.Person.Role, place.Version));
        Assert.Equal([new SelectionRange(1, 3)], place.Selections);
    }

    /// <summary>Nobody else has the document open, so with the page the document goes, too.</summary>
    [Fact]
    public async Task What_a_page_pushes_as_it_goes_is_taken()
    {
        await using var runner = await StartReadyAsync();
        var file = Path.Combine(runner.Workspace, "a.txt");
        await File.WriteAllTextAsync(file, "", Token);
        var expected = "";
        for (var round = 0; round < 40; round++)
        {
            await using (var ada = await Editor.OpenAsync(runner.Client, "local-ada", $"adaadaadaada{round:0000}", "a.txt"))
            {
                Assert.Equal(expected, ada.Text);
                await ada.PushUnansweredAsync($"{round}\n");
                expected = $"{round}\n{expected}";
                // Every other one is lost, without a close frame.
                if (round % 2 > 0) ada.Session.Abort();
            }
            await runner.Process.WaitForAsync($"line {round} in the file", async cancellation => await File.ReadAllTextAsync(file, cancellation) == expected, cancellationToken: Token);
        }
    }

    [Fact]
    public async Task Acknowledged_edits_survive_kill_9_at_any_moment()
    {
        using var folder = new TempFolder("devex-kill-");
        foreach (var part in (string[])["workspace", "home", "journal"]) Directory.CreateDirectory(folder[part]);
        var file = folder["workspace/a.txt"];
        await File.WriteAllTextAsync(file, "", Token);
        using var signer = new RunnerSigner();
        var replId = ReplId.New();
        var random = new Random(7);
        var expected = "";
        var version = 0L;
        for (var (round, n) = (0, 0L); round < 5; round++)
        {
            await using var process = Start(folder, signer, replId);
            using var client = new RunnerClient($"unix:{folder["s"]}", replId, signer);
            await process.WaitForAsync("the runner", client.IsAliveAsync, cancellationToken: Token);
            await client.ControlAsync(cancellation: Token);
            await using var ada = await Editor.OpenAsync(client, "local-ada", "adaadaadaadaadaa", "a.txt");
            Assert.Equal((expected, version), (ada.Text, ada.Version));
            ada.N = n;
            await ada.TypeAsync(random.Next(1, 40), random);
            (expected, version, n) = (ada.Text, ada.Version, ada.N);
            await process.KillAsync();
        }

        await using (var process = Start(folder, signer, replId))
        {
            using var client = new RunnerClient($"unix:{folder["s"]}", replId, signer);
            await process.WaitForAsync("the runner", client.IsAliveAsync, cancellationToken: Token);
            Assert.Equal(expected, await File.ReadAllTextAsync(file, Token));
        }
    }

    private ProgramProcess Start(TempFolder folder, RunnerSigner signer, ReplId replId) => ProgramProcess.Start(_fixture.Program, ["serve"], new Dictionary<string, string?>
    {
        ["DEVEX_REPL"] = replId.ToString(),
        ["DEVEX_FILES"] = folder.Path,
        ["DEVEX_WORKSPACE"] = folder["workspace"],
        ["DEVEX_HOME"] = folder["home"],
        ["DEVEX_JOURNAL"] = folder["journal"],
        ["DEVEX_LISTEN"] = $"unix:{folder["s"]}",
        ["DEVEX_CORE_KEY"] = signer.PublicKey,
    });

    /// <summary>A page that edits one document through the real socket.</summary>
    private sealed class Editor(RunnerSession session, string client, OpenedDocument opened) : IAsyncDisposable
    {
        private readonly List<Update> _unconfirmed = [];

        public RunnerSession Session => session;

        public string Text { get; private set; } = opened.Text!;

        public long Version { get; private set; } = opened.Version;

        public long N { get; set; }

        public static async Task<Editor> OpenAsync(RunnerClient runner, string user, string client, string path, Role role = Role.Owner)
        {
            var session = await runner.OpenSessionAsync(user, role, cancellation: Token);
            return new Editor(session, client, await session.CallAsync("documents.open", new OpenDocument(path), Json.OpenDocument, Json.OpenedDocument, Token));
        }

        /// <summary>Types, pushes and receives, one change at a time.</summary>
        public async Task TypeAsync(int changes, Random random)
        {
            while (changes-- > 0)
            {
                var at = random.Next(Text.Length + 1);
                var change = ChangeSet.Replace(Text.Length, at, Math.Min(random.Next(2), Text.Length - at), $"{client[0]}{N + 1}\n");
                Text = Changes.Apply(Text, change);
                _unconfirmed.Add(new Update(client, ++N, change));
                var push = new PushUpdates(opened.Document, Version, [.. _unconfirmed.Select(update => update.ToWire())]);
                var pushed = await session.CallAsync("documents.push", push, Json.PushUpdates, Json.PushedUpdates, Token);
                await ReceiveUntilAsync(pushed.Version);
            }
        }

        /// <summary>Puts text in front of the document, and is on its way once that is sent.</summary>
        public Task PushUnansweredAsync(string text)
        {
            var update = new Update(client, ++N, ChangeSet.Replace(Text.Length, 0, 0, text));
            var push = JsonSerializer.Serialize(new PushUpdates(opened.Document, Version, [update.ToWire()]), Json.PushUpdates);
            return session.SendRawAsync($$"""{"jsonrpc":"2.0","id":1000,"method":"documents.push","params":{{push}}}""", Token);
        }

        public Task<Nothing> MoveAsync(IReadOnlyList<SelectionRange> selections) =>
            session.CallAsync("documents.presence", new DocumentPresence(opened.Document, Version, selections), Json.DocumentPresence, Json.Nothing, Token);

        public async Task ReceiveUntilAsync(long version)
        {
            while (Version < version)
            {
                var told = await session.NextAsync("documents.updates", Json.DocumentUpdates, cancellation: Token);
                Assert.Equal(Version, told.Version);
                foreach (var update in told.Updates) Receive(new Update(update.Client, update.N, Changes.Parse(update.Changes.GetRawText())));
            }
        }

        public ValueTask DisposeAsync() => session.DisposeAsync();

        private void Receive(Update update)
        {
            Version++;
            if (_unconfirmed.Count > 0 && _unconfirmed[0].IsSameAs(update))
            {
                _unconfirmed.RemoveAt(0);
                return;
            }

            var foreign = update.Changes;
            for (var i = 0; i < _unconfirmed.Count; i++)
            {
                var own = _unconfirmed[i].Changes;
                _unconfirmed[i] = new Update(client, _unconfirmed[i].N, own.Map(foreign));
                foreign = foreign.Map(own, before: true);
            }

            Text = Changes.Apply(Text, foreign);
        }
    }
}

[Trait("Tier", "integration")]
public sealed class DocumentProgramTests(JitRunner runner) : DocumentSuite(runner), IClassFixture<JitRunner>;

[Trait("Tier", "integration")]
[Trait("Runner", "aot")]
public sealed class DocumentProgramAotTests(AotRunner runner) : DocumentSuite(runner), IClassFixture<AotRunner>;
