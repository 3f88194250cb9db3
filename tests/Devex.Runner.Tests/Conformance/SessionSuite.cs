using System.Net.WebSockets;
using System.Text.Json;
using Devex.Contracts;
using Devex.Contracts.Control;
using Devex.Contracts.Protocol;
using Devex.Runner.Access;
using Devex.Testing.Runner;
using Xunit;

namespace Devex.Runner.Tests.Conformance;

public abstract class SessionSuite(IRunnerFixture fixture) : ConformanceSuite(fixture)
{
    [Fact]
    public async Task Everyone_is_welcomed_and_sees_who_is_there()
    {
        await using var runner = await StartReadyAsync();
        await runner.Client.ControlAsync(new ControlRequest(Name: "wild-otter"), Token);
        await using var ada = await runner.Client.OpenSessionAsync(name: "Ada", cancellation: Token);
        Assert.Equal(("1.0", "wild-otter", runner.ReplId), (ada.Welcome.Protocol, ada.Welcome.Name, ada.Welcome.ReplId));
        Assert.Equal(9 << 20, ada.Welcome.MaxFrame);
        var bob = await runner.Client.OpenSessionAsync("local-bob", Role.Viewer, "Bob", Token);
        Assert.Equal(["Ada", "Bob"], bob.Welcome.Participants.Select(person => person.Name));
        var people = await ada.NextAsync("session.participants", ProtocolJson.Default.Participants, now => now.People.Count == 2, Token);
        Assert.Equal(new Participant(2, UserId.Local("bob"), "Bob", Role.Viewer, Colour: 1), people.People[1]);
        await bob.DisposeAsync();
        await ada.NextAsync("session.participants", ProtocolJson.Default.Participants, now => now.People.Count == 1, Token);
        Assert.Equal(1, (await runner.Client.StatusAsync(Token)).Clients);
    }

    [Fact]
    public async Task No_two_people_who_are_there_have_one_colour_and_who_comes_back_has_theirs_if_it_is_free()
    {
        await using var runner = await StartReadyAsync();
        await using var ada = await runner.Client.OpenSessionAsync(cancellation: Token);
        var bob = await runner.Client.OpenSessionAsync("local-bob", cancellation: Token);
        await using var again = await runner.Client.OpenSessionAsync(cancellation: Token);
        await using var lea = await runner.Client.OpenSessionAsync("local-lea", cancellation: Token);
        Assert.Equal([("ada", 0), ("bob", 1), ("ada", 0), ("lea", 2)], Colours(lea));

        await GoesAsync(bob);
        bob = await runner.Client.OpenSessionAsync("local-bob", cancellation: Token);
        Assert.Equal(1, bob.Welcome.Self.Colour);

        await GoesAsync(bob);
        await using var mia = await runner.Client.OpenSessionAsync("local-mia", cancellation: Token);
        await using var back = await runner.Client.OpenSessionAsync("local-bob", cancellation: Token);
        Assert.Equal([("ada", 0), ("ada", 0), ("lea", 2), ("mia", 1), ("bob", 3)], Colours(back));

        async Task GoesAsync(RunnerSession session)
        {
            await session.DisposeAsync();
            await ada.NextAsync(
                "session.participants", ProtocolJson.Default.Participants, now => now.People.Count == 3 && now.People.All(person => person.User != session.Welcome.Self.User), Token);
        }

        static IEnumerable<(string, int)> Colours(RunnerSession session) =>
            session.Welcome.Participants.Select(person => (person.User.ToString()["local-".Length..], person.Colour));
    }

    [Fact]
    public async Task Others_hear_which_file_is_in_front_of_a_person_and_who_comes_later_reads_it()
    {
        await using var runner = await StartReadyAsync();
        await using var ada = await runner.Client.OpenSessionAsync(cancellation: Token);
        await using var viewer = await runner.Client.OpenSessionAsync("local-vic", Role.Viewer, cancellation: Token);
        var json = ProtocolJson.Default;
        await viewer.CallAsync("session.look", new LookAt("src/main.py"), json.LookAt, json.Nothing, Token);
        Assert.Equal(new PersonLooked(2, "src/main.py"), await ada.NextAsync("session.looked", json.PersonLooked, cancellation: Token));
        await using var late = await runner.Client.OpenSessionAsync("local-lea", cancellation: Token);
        Assert.Equal([null, "src/main.py", null], late.Welcome.Participants.Select(person => person.Path));

        // Nothing in front is something to say, too; a path that cannot be is not.
        var refused = await Assert.ThrowsAsync<RunnerErrorException>(() => viewer.CallAsync("session.look", new LookAt("../etc/passwd"), json.LookAt, json.Nothing, Token));
        Assert.Equal(ErrorCodes.BadPath, refused.Code);
        await viewer.CallAsync("session.look", new LookAt(null), json.LookAt, json.Nothing, Token);
        Assert.Equal(new PersonLooked(2, null), await ada.NextAsync("session.looked", json.PersonLooked, cancellation: Token));
    }

    [Fact]
    public async Task What_people_do_is_counted_until_Core_asks()
    {
        await using var runner = await StartReadyAsync();
        var first = await runner.Client.OpenSessionAsync(cancellation: Token);
        first.Abort();
        await using var second = await runner.Client.ReopenSessionAsync(first.Welcome.Token, Token);
        await second.WriteFileAsync("edited.txt", "", expected: null);
        var opened = await second.CallAsync("documents.open", new OpenDocument("edited.txt"), ProtocolJson.Default.OpenDocument, ProtocolJson.Default.OpenedDocument, Token);
        var changes = JsonSerializer.SerializeToElement(new object[] { new object[] { 0, "typed" } });
        await second.CallAsync(
            "documents.push", new PushUpdates(opened.Document, opened.Version, [new DocumentUpdate("adaadaadaadaadaa", 1, changes)]), ProtocolJson.Default.PushUpdates,
            ProtocolJson.Default.PushedUpdates, Token);
        await using var terminal = await second.OpenTerminalAsync((await second.NewTerminalAsync()).Terminal, cancellation: Token);
        await terminal.WriteAsync("echo prin''ted\n", Token);
        await terminal.ReadUntilAsync("printed", Token);

        var counts = (await runner.Client.StatusAsync(Token)).Measured!.Counts;
        Assert.Equal((1, 1, 1), (counts["devex.session.connects"], counts["devex.session.reconnects"], counts["devex.document.updates"]));
        Assert.InRange(counts["devex.terminal.bytes"], "printed".Length, 100_000);
    }

    [Fact]
    public async Task A_lost_connection_comes_back_by_its_token()
    {
        await using var runner = await StartReadyAsync();
        var first = await runner.Client.OpenSessionAsync(cancellation: Token);
        first.Abort();
        await using var second = await runner.Client.ReopenSessionAsync(first.Welcome.Token, Token);
        Assert.Equal((first.Welcome.Instance, first.Welcome.Self.User), (second.Welcome.Instance, second.Welcome.Self.User));
        await second.PingAsync();
    }

    [Theory]
    [InlineData("nonsense", -32700)]
    [InlineData("{", -32700)]
    [InlineData("[]", -32600)]
    [InlineData("""[{"jsonrpc":"2.0","id":1,"method":"session.ping"}]""", -32600)]
    [InlineData("7", -32600)]
    [InlineData("""{"jsonrpc":"2.0","id":{},"method":"session.ping"}""", -32600)]
    public async Task A_frame_that_is_no_request_is_answered_and_the_session_goes_on(string frame, int code)
    {
        await using var runner = await StartReadyAsync();
        await using var session = await runner.Client.OpenSessionAsync(cancellation: Token);
        await session.SendRawAsync(frame, Token);
        Assert.Equal(code, (await session.NextErrorAsync(Token)).Code);
        await session.PingAsync();
    }

    [Fact]
    public async Task Nesting_beyond_32_is_no_JSON()
    {
        await using var runner = await StartReadyAsync();
        await using var session = await runner.Client.OpenSessionAsync(cancellation: Token);
        var nested = new string('[', 100_000) + new string(']', 100_000);
        await session.SendRawAsync($$"""{"jsonrpc":"2.0","id":1,"method":"session.ping","params":{"x":{{nested}} } }""", Token);
        Assert.Equal(ErrorCodes.ParseError, (await session.NextErrorAsync(Token)).Code);
        await session.PingAsync();
    }

    [Fact]
    public async Task Repeated_abuse_closes()
    {
        await using var runner = await StartReadyAsync();
        await using var session = await runner.Client.OpenSessionAsync(cancellation: Token);
        for (var i = 0; i < 20; i++)
            await session.SendRawAsync("nonsense", Token);
        Assert.Equal(1008, (await session.Closed.WaitAsync(TimeSpan.FromSeconds(30), Token)).Code);
    }

    [Fact]
    public async Task A_frame_too_large_closes()
    {
        await using var runner = await StartReadyAsync();
        await using var session = await runner.Client.OpenSessionAsync(cancellation: Token);
        try
        {
            await session.SendRawAsync(new string(' ', (9 << 20) + 1), Token);
        }
        catch (WebSocketException)
        {
            // Closed while it was being sent.
        }
        Assert.Equal(1009, (await session.Closed.WaitAsync(TimeSpan.FromSeconds(30), Token)).Code ?? 1009);
        await using var next = await runner.Client.OpenSessionAsync(cancellation: Token);
        await next.PingAsync();
    }

    [Fact]
    public async Task Unknown_methods_and_missing_parameters_are_told()
    {
        await using var runner = await StartReadyAsync();
        await using var session = await runner.Client.OpenSessionAsync(cancellation: Token);
        Assert.Equal(ErrorCodes.MethodNotFound, await CodeAsync(session, "files.format", "{}"));
        Assert.Equal(ErrorCodes.InvalidParams, await CodeAsync(session, "files.list", "{}"));
        Assert.Equal(ErrorCodes.InvalidParams, await CodeAsync(session, "files.list", """{"path":null}"""));
        Assert.Equal(ErrorCodes.InvalidParams, await CodeAsync(session, "files.list", """{"path":7}"""));
        Assert.Equal(ErrorCodes.InvalidParams, await CodeAsync(session, "files.list", """{"path":"\ud800"}"""));
    }

    [Fact]
    public async Task Requests_beyond_the_rate_are_refused_and_the_session_goes_on()
    {
        await using var runner = await StartReadyAsync();
        await using var session = await runner.Client.OpenSessionAsync(cancellation: Token);
        var calls = Enumerable.Range(0, 700).Select(_ => session.PingAsync()).ToList();
        var refused = 0;
        foreach (var call in calls)
        {
            try
            {
                await call;
            }
            catch (RunnerErrorException e)
            {
                Assert.Equal((ErrorCodes.TooMany, "request.rate"), (e.Code, e.Reason));
                refused++;
            }
        }
        Assert.InRange(refused, 1, 300);
    }

    [Fact]
    public async Task A_viewer_looks_and_changes_nothing()
    {
        await using var runner = await StartReadyAsync();
        await using var viewer = await runner.Client.OpenSessionAsync("local-eve", Role.Viewer, cancellation: Token);
        foreach (var (method, access) in MethodAccess.All.Where(entry => entry.Value.Least > Role.Viewer))
        {
            var code = await CodeAsync(viewer, method, "{}");
            Assert.True(code is ErrorCodes.Forbidden or ErrorCodes.MethodNotFound, $"{method}: {code} for {access}");
        }
        Assert.Equal(ErrorCodes.Forbidden, await CodeAsync(viewer, "files.create", """{"path":"f","kind":"file"}"""));
        Assert.Empty(await viewer.ListAsync());
        using var put = await runner.Client.SendAsync(HttpMethod.Put, "/files/f", viewer.Welcome.Token, content: new StringContent("x"), cancellation: Token);
        Assert.Equal(403, (int)put.StatusCode);
        Assert.Empty(Directory.GetFileSystemEntries(runner.Workspace));
    }

    [Fact]
    public async Task Frozen_means_that_nothing_changes_and_everyone_knows()
    {
        await using var runner = await StartReadyAsync();
        await using var session = await runner.Client.OpenSessionAsync(cancellation: Token);
        await session.WriteFileAsync("f", "before");
        var status = await runner.Client.ControlAsync(new ControlRequest(Frozen: true, FreezeReason: "Saving before the stop."), Token);
        Assert.True(status.Frozen);
        Assert.Equal("Saving before the stop.", (await session.NextAsync("session.frozen", ProtocolJson.Default.FrozenState, cancellation: Token)).Reason);
        foreach (var (method, _) in MethodAccess.All.Where(entry => !entry.Value.WhenFrozen && entry.Key.StartsWith("files.", StringComparison.Ordinal)))
            Assert.Equal(ErrorCodes.Frozen, await CodeAsync(session, method, """{"path":"f","content":"x","expectedVersion":"*","from":"f","to":"g","kind":"file"}"""));
        using (var put = await runner.Client.SendAsync(HttpMethod.Put, "/files/f", session.Welcome.Token, content: new StringContent("x"), cancellation: Token))
            Assert.Equal(423, (int)put.StatusCode);
        Assert.Equal("before", (await session.ReadFileAsync("f")).Content);
        await using var late = await runner.Client.OpenSessionAsync("local-bob", Role.Editor, cancellation: Token);
        Assert.Equal("Saving before the stop.", late.Welcome.Frozen);
        await runner.Client.ControlAsync(new ControlRequest(Frozen: false), Token);
        Assert.Null((await session.NextAsync("session.frozen", ProtocolJson.Default.FrozenState, cancellation: Token)).Reason);
        await session.WriteFileAsync("f", "after");
    }

    [Fact]
    public async Task Revocation_closes_at_once_and_stays()
    {
        await using var runner = await StartReadyAsync();
        await using var ada = await runner.Client.OpenSessionAsync(cancellation: Token);
        await using var bob = await runner.Client.OpenSessionAsync("local-bob", Role.Editor, cancellation: Token);
        var unused = SessionProtocol.TicketPrefix + await runner.Client.TicketAsync("local-bob", Role.Editor, cancellation: Token);
        await runner.Client.ControlAsync(new ControlRequest(Revoke: [UserId.Local("bob")]), Token);
        Assert.Equal(4403, (await bob.Closed.WaitAsync(TimeSpan.FromSeconds(30), Token)).Code);
        using var read = await runner.Client.SendAsync(HttpMethod.Get, "/files/f", bob.Welcome.Token, cancellation: Token);
        Assert.Equal(401, (int)read.StatusCode);
        Assert.Equal(403, (int)(await runner.Client.TryOpenSocketAsync("/session", unused, cancellation: Token)).Status);
        await ada.PingAsync();
    }

    [Fact]
    public async Task A_role_change_counts_for_what_is_open()
    {
        await using var runner = await StartReadyAsync();
        await using var bob = await runner.Client.OpenSessionAsync("local-bob", Role.Viewer, cancellation: Token);
        Assert.Equal(ErrorCodes.Forbidden, await CodeAsync(bob, "files.create", """{"path":"f","kind":"file"}"""));
        await runner.Client.ControlAsync(new ControlRequest(Roles: new Dictionary<string, Role> { ["local-bob"] = Role.Editor }), Token);
        Assert.Equal(Role.Editor, (await bob.NextAsync("session.role", ProtocolJson.Default.RoleChanged, cancellation: Token)).Role);
        await bob.CreateAsync("f", FileKind.File);
    }

    [Fact]
    public async Task Who_reads_nothing_stalls_nobody()
    {
        await using var runner = await StartReadyAsync();
        var token = (await runner.Client.OpenSessionAsync(cancellation: Token)).Welcome.Token;
        using var slow = await runner.Client.OpenSocketAsync("/session", SessionProtocol.TokenPrefix + token, cancellation: Token);
        await slow.SendAsync("""{"jsonrpc":"2.0","id":1,"method":"files.watch","params":{}}"""u8.ToArray(), WebSocketMessageType.Text, true, Token);
        await using var quick = await runner.Client.OpenSessionAsync(cancellation: Token);
        // It asks for far more than it reads; only its own answers wait.
        await quick.WriteFileAsync("large", new string('x', 4 << 20));
        for (var i = 0; i < 40; i++)
            await slow.SendAsync("""{"jsonrpc":"2.0","id":2,"method":"files.read","params":{"path":"large"}}"""u8.ToArray(), WebSocketMessageType.Text, true, Token);
        await quick.PingAsync();
        await quick.WriteFileAsync("other", "x");
        Assert.Equal("x", (await quick.ReadFileAsync("other")).Content);
    }

    [Fact]
    public async Task The_end_is_told_and_a_stop_is_told_as_such()
    {
        await using var going = await StartReadyAsync();
        await using var first = await going.Client.OpenSessionAsync(cancellation: Token);
        Assert.Equal(0, await going.Process.StopAsync());
        Assert.Equal(1001, (await first.Closed.WaitAsync(TimeSpan.FromSeconds(30), Token)).Code);

        await using var stopped = await StartReadyAsync();
        await using var second = await stopped.Client.OpenSessionAsync(cancellation: Token);
        await stopped.Client.ControlAsync(new ControlRequest(Frozen: true, EndPrograms: true), Token);
        Assert.Equal(0, await stopped.Process.StopAsync());
        Assert.Equal(4410, (await second.Closed.WaitAsync(TimeSpan.FromSeconds(30), Token)).Code);
    }

    [Fact]
    public async Task Environment_values_reach_no_client_and_no_log()
    {
        await using var runner = await StartReadyAsync();
        await runner.Client.ControlAsync(new ControlRequest(Environment: new Dictionary<string, string> { ["API_KEY"] = "s3cr3t-value" }), Token);
        await using var session = await runner.Client.OpenSessionAsync(cancellation: Token);
        Assert.DoesNotContain("s3cr3t-value", JsonSerializer.Serialize(session.Welcome, ProtocolJson.Default.Welcome), StringComparison.Ordinal);
        Assert.DoesNotContain("s3cr3t-value", runner.Process.OutputText, StringComparison.Ordinal);
    }

    private static async Task<int> CodeAsync(RunnerSession session, string method, string parameters)
    {
        var error = await Assert.ThrowsAsync<RunnerErrorException>(() => session.CallAsync(method, JsonDocument.Parse(parameters).RootElement, Token));
        return error.Code;
    }
}

[Trait("Tier", "integration")]
public sealed class SessionJitTests(JitRunner runner) : SessionSuite(runner), IClassFixture<JitRunner>;

[Trait("Tier", "integration")]
public sealed class SessionAotTests(AotRunner runner) : SessionSuite(runner), IClassFixture<AotRunner>;
