using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Text.Json;
using Devex.Contracts;
using Devex.Contracts.Protocol;
using Devex.Runner.Tests.Conformance;
using Devex.Testing.Runner;
using Xunit;

namespace Devex.Runner.Tests.Terminals;

/// <summary>What a terminal is to the programs in it, and to the people who share it.</summary>
public abstract class TerminalSuite(IRunnerFixture fixture) : ConformanceSuite(fixture)
{
    [Fact]
    public async Task A_shell_runs_in_the_workspace_with_a_terminals_environment()
    {
        await using var runner = await StartReadyAsync();
        await using var ada = await runner.Client.OpenSessionAsync(cancellation: Token);
        await using var terminal = await OpenAsync(ada);
        await terminal.WriteAsync("echo \"<$PWD|$TERM|$COLORTERM|$USER|$HOME|$LANG|$SHELL>\"\n", Token);
        await terminal.ReadUntilAsync($"<{runner.Workspace}|xterm-256color|truecolor|devex|{runner.Home}|C.UTF-8|/bin/bash>", Token);
        await terminal.WriteAsync("env | grep -c DEVEX; shopt -q login_shell && echo log''in\n", Token);
        Assert.Contains("0\r\n", await terminal.ReadUntilAsync("login\r", Token), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_name_that_a_person_gives_is_everybodys_until_it_is_given_back()
    {
        await using var runner = await StartReadyAsync();
        await using var ada = await runner.Client.OpenSessionAsync(cancellation: Token);
        await using var viewer = await runner.Client.OpenSessionAsync("local-vic", Role.Viewer, cancellation: Token);
        var terminal = (await ada.NewTerminalAsync()).Terminal;
        var json = ProtocolJson.Default;
        await ada.CallAsync("terminals.rename", new RenameTerminal(terminal, "build\u202e\n server"), json.RenameTerminal, json.TerminalInfo);
        var told = await viewer.NextAsync("terminals.renamed", json.TerminalInfo, cancellation: Token);
        Assert.Equal(("build server", true), (told.Title, told.Named));
        var listed = await viewer.CallAsync("terminals.list", new Nothing(), json.Nothing, json.TerminalList);
        Assert.Equal(("build server", true), (listed.Terminals[0].Title, listed.Terminals[0].Named));
        var refused = await Assert.ThrowsAsync<RunnerErrorException>(() => viewer.CallAsync("terminals.rename", new RenameTerminal(terminal, "mine"), json.RenameTerminal, json.TerminalInfo));
        Assert.Equal(ErrorCodes.Forbidden, refused.Code);
        var back = await ada.CallAsync("terminals.rename", new RenameTerminal(terminal, " "), json.RenameTerminal, json.TerminalInfo);
        Assert.Equal(("bash", false), (back.Title, back.Named));
    }

    [Theory]
    [InlineData("page=")]
    [InlineData("page=a%20name")]
    [InlineData("page=../../etc")]
    [InlineData("page=12345678901234567890123456789012345678901234567890123456789012345")]
    [InlineData("page=one&sent=-1")]
    [InlineData("page=one&sent=many")]
    [InlineData("page=one&sent=99999999999999999999")]
    [InlineData("page=one&turn=last")]
    [InlineData("offset=-1")]
    public async Task An_address_that_makes_no_sense_opens_nothing(string query)
    {
        await using var runner = await StartReadyAsync();
        await using var ada = await runner.Client.OpenSessionAsync(cancellation: Token);
        var id = (await ada.NewTerminalAsync()).Terminal;
        var (socket, status) = await runner.Client.TryOpenSocketAsync($"/terminals/{id}?{query}", SessionProtocol.TokenPrefix + ada.Welcome.Token, cancellation: Token);
        Assert.Null(socket);
        Assert.Equal(HttpStatusCode.BadRequest, status);
    }

    [Fact]
    public async Task What_a_page_types_over_connections_that_break_is_taken_once()
    {
        await using var runner = await StartReadyAsync();
        await using var ada = await runner.Client.OpenSessionAsync(cancellation: Token);
        var id = (await ada.NewTerminalAsync()).Terminal;
        var random = new Random(7);
        var input = new byte[200_000];
        random.NextBytes(input);
        await using var watcher = await ada.OpenTerminalAsync(id, cancellation: Token);
        await watcher.WriteAsync($"stty raw -echo; echo re''ady; head -c {input.Length} > typed.bin; stty sane; echo do''ne\n", Token);
        await watcher.ReadUntilAsync("ready", Token);

        var (taken, sent) = (0L, 0);
        for (var connections = 0; taken < input.Length; connections++)
        {
            Assert.True(connections < 200);
            await using var page = await ada.OpenTerminalAsync(id, page: "one", sent: sent, cancellation: Token);
            var known = (await page.NextAsync("start", Token)).Input!.Value;
            Assert.InRange(known, taken, sent);
            taken = known;
            var until = (int)Math.Min(input.Length, taken + random.Next(1, 20_000));
            for (var at = (int)taken; at < until; at += 500)
                await page.WriteAsync(input.AsMemory(at, Math.Min(500, until - at)), Token);
            sent = Math.Max(sent, until);
            // Some of it is still on its way when the next connection says how far it has come.
            if (until < input.Length) page.Abort();
            else await watcher.ReadUntilAsync("done", Token);
            if (until == input.Length) break;
        }

        Assert.Equal(input, await File.ReadAllBytesAsync(Path.Combine(runner.Workspace, "typed.bin"), Token));

        // Of two connections of one page the last is heard: what the other still brings was sent anew.
        await using var earlier = await ada.OpenTerminalAsync(id, page: "twice", cancellation: Token);
        await earlier.WriteAsync("echo fi''rst\n", Token);
        await watcher.ReadUntilAsync("first", Token);
        await using var later = await ada.OpenTerminalAsync(id, page: "twice", sent: 13, cancellation: Token);
        Assert.Equal(13, (await later.NextAsync("start", Token)).Input);
        await earlier.WriteAsync("echo un''heard\n", Token);
        await earlier.SendAsync(new TerminalControl("resize", Columns: 97, Rows: 31), Token);
        while ((await watcher.NextAsync("size", Token)).Columns != 97) { }
        await later.WriteAsync("echo sec''ond\n", Token);
        Assert.DoesNotContain("unheard", await watcher.ReadUntilAsync("second", Token), StringComparison.Ordinal);

        // One that the page had given up, and that comes behind the next one, takes nothing from that.
        await using var second = await ada.OpenTerminalAsync(id, page: "late", turn: 1, cancellation: Token);
        await second.NextAsync("start", Token);
        await using var late = await ada.OpenTerminalAsync(id, page: "late", turn: 0, cancellation: Token);
        await late.NextAsync("start", Token);
        await late.WriteAsync("echo un''called\n", Token);
        await late.SendAsync(new TerminalControl("resize", Columns: 95, Rows: 31), Token);
        while ((await watcher.NextAsync("size", Token)).Columns != 95) { }
        await second.WriteAsync("echo wan''ted\n", Token);
        Assert.DoesNotContain("uncalled", await watcher.ReadUntilAsync("wanted", Token), StringComparison.Ordinal);

        // Another person's page of the same name is another page, and one that nobody knows any more has sent what it says.
        await using var bob = await runner.Client.OpenSessionAsync("local-bob", Role.Editor, cancellation: Token);
        await using var other = await bob.OpenTerminalAsync(id, page: "one", cancellation: Token);
        Assert.Equal(0, (await other.NextAsync("start", Token)).Input);
        await using var forgotten = await bob.OpenTerminalAsync(id, page: "two", sent: 12, cancellation: Token);
        Assert.Equal(12, (await forgotten.NextAsync("start", Token)).Input);
        await using var uncounted = await bob.OpenTerminalAsync(id, cancellation: Token);
        Assert.Null((await uncounted.NextAsync("start", Token)).Input);
    }

    [Fact]
    public async Task Job_control_works()
    {
        await using var runner = await StartReadyAsync();
        await using var ada = await runner.Client.OpenSessionAsync(cancellation: Token);
        await using var terminal = await OpenAsync(ada);
        await terminal.WriteAsync("PS1='rea''dy> '\n", Token);
        await terminal.ReadUntilAsync("ready> ", Token);
        // It starts nothing: what is stopped between vfork and exec keeps whoever started it from stopping.
        await terminal.WriteAsync("sh -c 'trap \"echo go\"\"ne on\" CONT; echo be''gun; while :; do :; done'\n", Token);
        await terminal.ReadUntilAsync("begun", Token);
        await terminal.WriteAsync("\x1a", Token);
        await terminal.ReadUntilAsync("Stopped", Token);
        await terminal.ReadUntilAsync("ready> ", Token);
        await terminal.WriteAsync("fg\n", Token);

        // The shell names the program before it gives it the keyboard: until the program itself speaks, ^C would be the shell's.
        await terminal.ReadUntilAsync("gone on", Token);
        await terminal.WriteAsync("\x03", Token);
        await terminal.ReadUntilAsync("ready> ", Token);
        await terminal.WriteAsync("echo ended $?\n", Token);
        await terminal.ReadUntilAsync("ended 130", Token);
    }

    [Fact]
    public async Task Signals_are_at_their_defaults()
    {
        await using var runner = await StartReadyAsync();
        await using var ada = await runner.Client.OpenSessionAsync(cancellation: Token);
        await using var terminal = await OpenAsync(ada);
        await terminal.WriteAsync("yes | head -1; echo \"pipe ${PIPESTATUS[0]}\"; grep -E 'Sig(Ign|Blk)' /proc/self/status; echo fin''ished\n", Token);
        var output = await terminal.ReadUntilAsync("finished", Token);
        Assert.Contains("pipe 141", output, StringComparison.Ordinal);
        Assert.Contains("SigBlk:\t0000000000000000", output, StringComparison.Ordinal);

        // 32 and 33 are the C library's own.
        Assert.Matches("SigIgn:\t0000000[01]80000000|SigIgn:\t0000000000000000", output);
        Assert.DoesNotContain("Broken pipe", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_size_of_whoever_typed_or_resized_last_wins()
    {
        await using var runner = await StartReadyAsync();
        await using var ada = await runner.Client.OpenSessionAsync(cancellation: Token);
        var info = await ada.NewTerminalAsync();
        await using var first = await ada.OpenTerminalAsync(info.Terminal, cancellation: Token);
        await using var second = await ada.OpenTerminalAsync(info.Terminal, cancellation: Token);
        await first.SendAsync(new TerminalControl("resize", Columns: 100, Rows: 40), Token);
        await first.WriteAsync("stty size\n", Token);
        await first.ReadUntilAsync("40 100", Token);
        await second.SendAsync(new TerminalControl("resize", Columns: 60, Rows: 20), Token);
        await second.WriteAsync("stty size\n", Token);
        await second.ReadUntilAsync("20 60", Token);
        await first.WriteAsync("stty size #\n", Token);
        await first.ReadUntilAsync("40 100", Token);
        TerminalControl size;
        do size = await second.NextAsync("size", Token);
        while (size is not { Columns: 100, Rows: 40 });
    }

    [Fact]
    public async Task Everybody_hears_who_typed_last()
    {
        await using var runner = await StartReadyAsync();
        await using var ada = await runner.Client.OpenSessionAsync(name: "Ada", cancellation: Token);
        await using var bob = await runner.Client.OpenSessionAsync("local-bob", Role.Editor, "Bob", Token);
        await using var vic = await runner.Client.OpenSessionAsync("local-vic", Role.Viewer, "Vic", Token);
        var info = await ada.NewTerminalAsync();
        await using var adas = await ada.OpenTerminalAsync(info.Terminal, cancellation: Token);
        await using var bobs = await bob.OpenTerminalAsync(info.Terminal, cancellation: Token);
        await adas.WriteAsync("echo o''ne\n", Token);
        var typed = await bobs.NextAsync("typed", Token);
        Assert.Equal((UserId.Local("ada"), "Ada"), (typed.User, typed.Name));
        await adas.ReadUntilAsync("one", Token);
        await bobs.WriteAsync("echo t''wo\n", Token);
        await bobs.ReadUntilAsync("two", Token);
        Assert.Equal("Ada", (await adas.NextAsync("typed", Token)).Name);
        Assert.Equal("Bob", (await adas.NextAsync("typed", Token)).Name);

        // Who comes later hears it too; who only watches types nothing.
        await using var vics = await vic.OpenTerminalAsync(info.Terminal, cancellation: Token);
        Assert.Equal("Bob", (await vics.NextAsync("typed", Token)).Name);
        await vics.WriteAsync("echo intru''der\n", Token);
        await adas.WriteAsync("echo th''ree\n", Token);
        Assert.Equal("Bob", (await bobs.NextAsync("typed", Token)).Name);
        Assert.Equal("Ada", (await bobs.NextAsync("typed", Token)).Name);
    }

    [Fact]
    public async Task Viewers_watch_and_do_not_type()
    {
        await using var runner = await StartReadyAsync();
        await using var ada = await runner.Client.OpenSessionAsync(cancellation: Token);
        await using var bob = await runner.Client.OpenSessionAsync("local-bob", Role.Viewer, cancellation: Token);
        var info = await ada.NewTerminalAsync();
        await using var drives = await ada.OpenTerminalAsync(info.Terminal, cancellation: Token);
        await using var watches = await bob.OpenTerminalAsync(info.Terminal, cancellation: Token);
        Assert.False((await watches.NextAsync("role", Token)).Drive);
        await watches.WriteAsync("echo intru''der\n", Token);
        await drives.WriteAsync("echo own''er\n", Token);
        Assert.DoesNotContain("intruder", await watches.ReadUntilAsync("owner", Token), StringComparison.Ordinal);
        var refused = await Assert.ThrowsAsync<RunnerErrorException>(() => bob.NewTerminalAsync());
        Assert.Equal(ErrorCodes.Forbidden, refused.Code);
    }

    [Fact]
    public async Task Closing_ends_programs_that_ignore_the_hang_up()
    {
        await using var runner = await StartReadyAsync();
        await using var ada = await runner.Client.OpenSessionAsync(cancellation: Token);
        var info = await ada.NewTerminalAsync();
        await using var terminal = await ada.OpenTerminalAsync(info.Terminal, cancellation: Token);
        await terminal.WriteAsync("trap '' HUP TERM; (trap '' HUP TERM; echo \"<\"$BASHPID is th''ere; while :; do sleep 0.1; done)\n", Token);
        var output = await terminal.ReadUntilAsync(" is there", Token);
        var pid = int.Parse(output[..output.IndexOf(" is there", StringComparison.Ordinal)].Split('<')[^1], CultureInfo.InvariantCulture);
        using var program = Process.GetProcessById(pid);
        var watch = Stopwatch.StartNew();
        await CallAsync(ada, "terminals.close", $$"""{"terminal":"{{info.Terminal}}"}""");
        Assert.InRange(watch.Elapsed, TimeSpan.FromSeconds(4), TimeSpan.FromSeconds(15));
        // The shell is waited for; what it started was killed with it, and is gone once somebody has buried it.
        await program.WaitForExitAsync(Token).WaitAsync(TimeSpan.FromSeconds(10), Token);
        Assert.Equal(137, (await terminal.NextAsync("exit", Token)).Code);
    }

    [Fact]
    public async Task Twenty_terminals_are_the_most()
    {
        await using var runner = await StartReadyAsync();
        await using var ada = await runner.Client.OpenSessionAsync(cancellation: Token);
        var all = new List<TerminalInfo>();
        for (var i = 0; i < 20; i++) all.Add(await ada.NewTerminalAsync());
        var refused = await Assert.ThrowsAsync<RunnerErrorException>(() => ada.NewTerminalAsync());
        Assert.Equal(ErrorCodes.TooMany, refused.Code);
        foreach (var (i, info) in all.Index())
        {
            await using var terminal = await ada.OpenTerminalAsync(info.Terminal, cancellation: Token);
            await terminal.WriteAsync($"echo I am num''ber {i}\n", Token);
            await terminal.ReadUntilAsync($"I am number {i}", Token);
        }
    }

    [Fact]
    public async Task Run_starts_stops_and_tells_its_exit_code()
    {
        await using var runner = await StartReadyAsync();
        await using var ada = await runner.Client.OpenSessionAsync(cancellation: Token);
        var started = await CallAsync(ada, "run.start", """{"command":"trap 'exit 9' TERM; echo run''ning; while :; do sleep 0.05; done"}""");
        Assert.True(started.GetProperty("running").GetBoolean());
        await using var terminal = await ada.OpenTerminalAsync(started.GetProperty("terminal").GetString()!, cancellation: Token);
        await terminal.ReadUntilAsync("running", Token);
        Assert.Equal(ErrorCodes.Conflict, (await Assert.ThrowsAsync<RunnerErrorException>(() => CallAsync(ada, "run.start", """{"command":"true"}"""))).Code);
        var stopped = await CallAsync(ada, "run.stop", "{}");
        Assert.False(stopped.GetProperty("running").GetBoolean());
        Assert.Equal(9, stopped.GetProperty("exitCode").GetInt32());
        Assert.True(stopped.GetProperty("stopped").GetBoolean());
        Assert.Equal(9, (await terminal.NextAsync("exit", Token)).Code);
        var failed = await CallAsync(ada, "run.start", """{"command":"exit 3"}""");
        Assert.NotEqual(started.GetProperty("terminal").GetString(), failed.GetProperty("terminal").GetString());
        var ended = await ada.NextAsync("run.changed", ProtocolJson.Default.RunStatus, status => status is { Running: false, ExitCode: 3 }, Token);
        Assert.True(ended.EndedAt >= ended.StartedAt);
        Assert.False(ended.Stopped);
    }

    private static Task<JsonElement> CallAsync(RunnerSession session, string method, string parameters) =>
        session.CallAsync(method, JsonDocument.Parse(parameters).RootElement, Token);

    private static async Task<RunnerTerminal> OpenAsync(RunnerSession session) =>
        await session.OpenTerminalAsync((await session.NewTerminalAsync()).Terminal, cancellation: Token);
}

[Trait("Tier", "integration")]
public sealed class TerminalTests(JitRunner runner) : TerminalSuite(runner), IClassFixture<JitRunner>;

[Trait("Tier", "integration")]
[Trait("Runner", "aot")]
public sealed class TerminalAotTests(AotRunner runner) : TerminalSuite(runner), IClassFixture<AotRunner>;
