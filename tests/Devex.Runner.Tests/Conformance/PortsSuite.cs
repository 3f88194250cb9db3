using System.Net;
using System.Net.Sockets;
using System.Text;
using Devex.Testing.Runner;
using Xunit;

namespace Devex.Runner.Tests.Conformance;

public abstract class PortsSuite(IRunnerFixture fixture) : ConformanceSuite(fixture)
{
    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("::1")]
    public async Task Bytes_pass_both_ways_until_the_program_has_said_its_last(string address)
    {
        await using var runner = await StartReadyAsync();
        using var program = new TcpListener(IPAddress.Parse(address), 0);
        program.Start();
        using var caller = await TunnelAsync(runner, ((IPEndPoint)program.LocalEndpoint).Port.ToString(null, null));
        Assert.StartsWith("HTTP/1.1 101 ", await HeadAsync(caller), StringComparison.Ordinal);
        using var served = await program.AcceptSocketAsync(Token);
        await caller.SendAsync("question"u8.ToArray(), SocketFlags.None, Token);
        var question = new byte["question".Length];
        for (var read = 0; read < question.Length;)
            read += await served.ReceiveAsync(question.AsMemory(read), SocketFlags.None, Token);
        Assert.Equal("question"u8.ToArray(), question);
        await served.SendAsync("answer"u8.ToArray(), SocketFlags.None, Token);
        served.Shutdown(SocketShutdown.Send);
        Assert.Equal("answer", await AllAsync(caller));
    }

    [Fact]
    public async Task A_caller_that_goes_away_ends_the_programs_connection()
    {
        await using var runner = await StartReadyAsync();
        using var program = new TcpListener(IPAddress.Loopback, 0);
        program.Start();
        var caller = await TunnelAsync(runner, ((IPEndPoint)program.LocalEndpoint).Port.ToString(null, null));
        await HeadAsync(caller);
        using var served = await program.AcceptSocketAsync(Token);
        caller.Dispose();
        Assert.Equal("", await AllAsync(served));
    }

    [Fact]
    public async Task A_caller_that_has_said_all_still_gets_the_answer()
    {
        await using var runner = await StartReadyAsync();
        using var program = new TcpListener(IPAddress.Loopback, 0);
        program.Start();
        using var caller = await TunnelAsync(runner, ((IPEndPoint)program.LocalEndpoint).Port.ToString(null, null));
        await HeadAsync(caller);
        using var served = await program.AcceptSocketAsync(Token);
        await caller.SendAsync("question"u8.ToArray(), SocketFlags.None, Token);
        caller.Shutdown(SocketShutdown.Send);
        Assert.Equal("question", await AllAsync(served));

        var sending = Task.Run(async () =>
        {
            for (var i = 0; i < 32; i++)
                await served.SendAsync(new byte[256 << 10], SocketFlags.None, Token);
            served.Shutdown(SocketShutdown.Send);
        }, Token);
        Assert.Equal(8 << 20, (await AllAsync(caller)).Length);
        await sending;
    }

    [Fact]
    public async Task A_program_that_talks_on_to_nobody_is_cut_off()
    {
        await using var runner = await StartReadyAsync();
        using var program = new TcpListener(IPAddress.Loopback, 0);
        program.Start();
        var caller = await TunnelAsync(runner, ((IPEndPoint)program.LocalEndpoint).Port.ToString(null, null));
        await HeadAsync(caller);
        using var served = await program.AcceptSocketAsync(Token);
        caller.Dispose();
        await Assert.ThrowsAsync<SocketException>(async () =>
        {
            // A program that reads nothing, such as one that streams.
            while (true)
                await served.SendAsync(new byte[64 << 10], SocketFlags.None, Token);
        });
    }

    [Fact]
    public async Task Large_answers_arrive_whole()
    {
        await using var runner = await StartReadyAsync();
        using var program = new TcpListener(IPAddress.Loopback, 0);
        program.Start();
        using var caller = await TunnelAsync(runner, ((IPEndPoint)program.LocalEndpoint).Port.ToString(null, null));
        await HeadAsync(caller);
        using var served = await program.AcceptSocketAsync(Token);
        var sending = Task.Run(async () =>
        {
            for (var i = 0; i < 64; i++)
                await served.SendAsync(new byte[256 << 10], SocketFlags.None, Token);
            served.Shutdown(SocketShutdown.Both);
        }, Token);
        Assert.Equal(16 << 20, (await AllAsync(caller)).Length);
        await sending;
    }

    [Fact]
    public async Task Where_nothing_listens_the_answer_is_502()
    {
        await using var runner = await StartReadyAsync();
        using var caller = await TunnelAsync(runner, Testing.FreePort.Next().ToString(null, null));
        Assert.StartsWith("HTTP/1.1 502 ", await HeadAsync(caller), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("80@evil")]
    [InlineData("8080.evil.tld")]
    [InlineData("%2f")]
    [InlineData("0x50")]
    [InlineData("-1")]
    [InlineData("0")]
    [InlineData("65536")]
    [InlineData("")]
    [InlineData("%D9%A8%D9%A0")]
    [InlineData("080")]
    [InlineData("+80")]
    [InlineData("80/x")]
    public async Task Anything_but_a_port_is_refused(string port)
    {
        await using var runner = await StartReadyAsync();
        using var caller = await TunnelAsync(runner, port);
        Assert.StartsWith("HTTP/1.1 400 ", await HeadAsync(caller), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_runners_own_port_is_not_tunnelled_to()
    {
        await using var runner = await StartReadyAsync(tcp: true);
        using var caller = await TunnelAsync(runner, new Uri(runner.Address).Port.ToString(null, null));
        Assert.StartsWith("HTTP/1.1 400 ", await HeadAsync(caller), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Only_the_Gateways_token_for_this_instance_opens_a_tunnel()
    {
        await using var runner = await StartReadyAsync();
        await using var session = await runner.Client.OpenSessionAsync(cancellation: Token);
        var tokens = new[]
        {
            session.Welcome.Token,
            await runner.Client.TicketAsync(cancellation: Token),
            runner.Signer.Tunnel(runner.ReplId, "another"),
            runner.Signer.Tunnel(Contracts.ReplId.New(), session.Welcome.Instance),
        };
        foreach (var token in tokens)
        {
            using var caller = await TunnelAsync(runner, "3000", token);
            Assert.StartsWith("HTTP/1.1 401 ", await HeadAsync(caller), StringComparison.Ordinal);
        }
    }

    private static async Task<Socket> TunnelAsync(RunnerProgram runner, string port, string? token = null)
    {
        token ??= runner.Signer.Tunnel(runner.ReplId, (await runner.Client.StatusAsync(Token)).Instance);
        var socket = await runner.DialAsync(Token);
        var request = $"GET /ports/{port} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {token}\r\nConnection: Upgrade\r\nUpgrade: devex-tunnel\r\n\r\n";
        await socket.SendAsync(Encoding.ASCII.GetBytes(request), SocketFlags.None, Token);
        return socket;
    }

    /// <summary>The answer's head, byte by byte so that nothing behind it is taken.</summary>
    private static async Task<string> HeadAsync(Socket socket)
    {
        var head = new StringBuilder();
        var one = new byte[1];
        while (!head.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal) && await socket.ReceiveAsync(one, SocketFlags.None, Token) == 1)
            head.Append((char)one[0]);
        return head.ToString();
    }

    private static async Task<string> AllAsync(Socket socket)
    {
        var all = new StringBuilder();
        var buffer = new byte[64 << 10];
        int read;
        while ((read = await socket.ReceiveAsync(buffer, SocketFlags.None, Token)) > 0)
            all.Append(Encoding.ASCII.GetString(buffer, 0, read));
        return all.ToString();
    }
}

[Trait("Tier", "integration")]
public sealed class PortsJitTests(JitRunner runner) : PortsSuite(runner), IClassFixture<JitRunner>;

[Trait("Tier", "integration")]
public sealed class PortsAotTests(AotRunner runner) : PortsSuite(runner), IClassFixture<AotRunner>;
