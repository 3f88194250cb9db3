using System.Globalization;
using System.Net.WebSockets;
using System.Security.Cryptography;
using System.Text;
using Devex.Contracts;
using Devex.Contracts.Protocol;
using Devex.Runner.Tests.Conformance;
using Devex.Testing.Runner;
using Xunit;

namespace Devex.Runner.Tests.Terminals;

/// <summary>Output on its way to people: none of it lost to who drives, whatever the connection, and nobody held up by who is slow.</summary>
public abstract class TerminalOutputSuite(IRunnerFixture fixture) : ConformanceSuite(fixture)
{
    [Fact]
    public async Task The_exit_code_follows_the_last_byte()
    {
        await using var runner = await StartReadyAsync();
        await using var ada = await runner.Client.OpenSessionAsync(cancellation: Token);
        var info = await ada.NewTerminalAsync();
        await using var terminal = await ada.OpenTerminalAsync(info.Terminal, cancellation: Token);
        await terminal.WriteAsync("seq 100000; echo last''byte; exit 7\n", Token);
        await terminal.ReadUntilAsync("lastbyte", Token);
        Assert.Equal(7, (await terminal.NextAsync("exit", Token)).Code);
        Assert.Equal(1000, (await terminal.Closed).Code);
        var closed = await ada.NextAsync("terminals.closed", ProtocolJson.Default.TerminalInfo, cancellation: Token);
        Assert.Equal((info.Terminal, 7), (closed.Terminal, closed.ExitCode));

        // Its last output can still be had.
        await using var late = await ada.OpenTerminalAsync(info.Terminal, cancellation: Token);
        await late.ReadUntilAsync("lastbyte", Token);
        Assert.Equal(7, (await late.NextAsync("exit", Token)).Code);
    }

    [Fact]
    public async Task Sixty_megabytes_arrive_through_a_flaky_connection_without_a_byte_lost_or_repeated()
    {
        await using var runner = await StartReadyAsync();
        var block = RandomNumberGenerator.GetHexString(1 << 20, lowercase: true);
        using var expected = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        for (var i = 0; i < 60; i++) expected.AppendData(Encoding.ASCII.GetBytes(block));
        await File.WriteAllTextAsync(Path.Combine(runner.Workspace, "block"), block, Token);
        await using var ada = await runner.Client.OpenSessionAsync(cancellation: Token);
        var info = await ada.NewTerminalAsync();

        using var actual = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var random = new Random(1);
        var (offset, begin, connections) = (0L, -1L, 0);
        var head = new StringBuilder();
        var total = 60L << 20;
        while (begin < 0 || offset < begin + total)
        {
            await using var terminal = await ada.OpenTerminalAsync(info.Terminal, offset, cancellation: Token);
            Assert.Equal(offset, (await terminal.NextAsync("start", Token)).Offset);
            if (connections++ == 0) await terminal.WriteAsync("stty -opost -echo; echo be''gin; for i in $(seq 60); do cat block; done; echo e''nd\n", Token);
            for (var left = random.Next(1 << 20, 8 << 20); left > 0 && (begin < 0 || offset < begin + total);)
            {
                var bytes = await terminal.ReadAsync(Token);
                var at = 0;
                if (begin < 0)
                {
                    head.Append(Encoding.ASCII.GetString(bytes));
                    if (head.ToString().IndexOf("begin\n", StringComparison.Ordinal) is >= 0 and var found)
                    {
                        begin = found + 6;
                        at = (int)(begin - offset);
                    }
                    else
                    {
                        at = bytes.Length;
                    }
                }

                var taken = begin < 0 ? 0 : (int)Math.Min(bytes.Length - at, begin + total - Math.Max(offset, begin));
                actual.AppendData(bytes.AsSpan(at, taken));
                offset += bytes.Length;
                left -= bytes.Length;
            }
        }

        Assert.True(connections > 5);
        Assert.Equal(expected.GetHashAndReset(), actual.GetHashAndReset());
    }

    [Theory]
    [InlineData(1)]
    [InlineData(64)]
    [InlineData(100)]
    public async Task A_flood_is_no_further_ahead_than_its_driver_asks_for(int kilobytes)
    {
        await using var runner = await StartReadyAsync();
        await using var ada = await runner.Client.OpenSessionAsync(cancellation: Token);
        var info = await ada.NewTerminalAsync();
        using var socket = await runner.Client.OpenSocketAsync($"/terminals/{info.Terminal}?offset=0", SessionProtocol.TokenPrefix + ada.Welcome.Token, cancellation: Token);
        // Less than 64 KiB is not given.
        var room = Math.Max(kilobytes, 64) << 10;
        var (seen, acknowledged, text, buffer) = (0L, 0L, "", new byte[64 << 10]);
        await AcknowledgeAsync();
        await socket.SendAsync("yes\n"u8.ToArray(), WebSocketMessageType.Binary, true, Token);

        // Nothing is acknowledged: what comes, however late it begins, is the room and a turn of reading.
        while (seen <= room)
            await ReceiveAsync();
        Task more;
        while (await Task.WhenAny(more = ReceiveAsync(), Task.Delay(TimeSpan.FromSeconds(1), Token)) == more)
            await more;
        Assert.InRange(seen - room, 1, 96 << 10);

        // As a page does it: as long as each quarter is acknowledged, more comes.
        await AcknowledgeAsync();
        await more;
        while (seen < 4 << 20)
        {
            if (seen - acknowledged >= room / 4)
                await AcknowledgeAsync();
            await ReceiveAsync();
        }
        await socket.SendAsync("\x03"u8.ToArray(), WebSocketMessageType.Binary, true, Token);
        while (!text.Contains("^C", StringComparison.Ordinal))
        {
            await AcknowledgeAsync();
            await ReceiveAsync();
        }

        async Task ReceiveAsync()
        {
            var received = await socket.ReceiveAsync(buffer, Token);
            if (received.MessageType != WebSocketMessageType.Binary)
                return;
            seen += received.Count;
            text = text[^Math.Min(1, text.Length)..] + Encoding.UTF8.GetString(buffer, 0, received.Count);
        }

        Task AcknowledgeAsync()
        {
            acknowledged = seen;
            return socket.SendAsync(Encoding.UTF8.GetBytes($$"""{"type":"ack","offset":{{acknowledged}},"room":{{kilobytes << 10}}}"""), WebSocketMessageType.Text, true, Token);
        }
    }

    [Fact]
    public async Task A_flood_waits_for_its_driver_and_ends_at_once_by_control_C()
    {
        await using var runner = await StartReadyAsync();
        await using var ada = await runner.Client.OpenSessionAsync(cancellation: Token);
        var info = await ada.NewTerminalAsync();
        using var socket = await runner.Client.OpenSocketAsync($"/terminals/{info.Terminal}?offset=0", SessionProtocol.TokenPrefix + ada.Welcome.Token, cancellation: Token);
        await socket.SendAsync("yes\n"u8.ToArray(), WebSocketMessageType.Binary, true, Token);

        // Acknowledges late: what is under way never grows past the high-water mark and one turn of reading.
        var buffer = new byte[256 << 10];
        var (seen, acknowledged) = (0L, 0L);
        for (var round = 0; round < 40; round++)
        {
            while (seen - acknowledged <= 512 << 10)
            {
                var received = await socket.ReceiveAsync(buffer, Token);
                if (received.MessageType == WebSocketMessageType.Binary) seen += received.Count;
            }

            Assert.InRange(seen - acknowledged, 0, (512 + 128) << 10);
            acknowledged = seen;
            await socket.SendAsync(Encoding.UTF8.GetBytes($$"""{"type":"ack","offset":{{acknowledged}}}"""), WebSocketMessageType.Text, true, Token);
        }

        Assert.InRange(ResidentOf(runner.Process.Id), 1, 150 << 20);

        // The keyboard gets through while output is held, and little follows.
        await socket.SendAsync("\x03"u8.ToArray(), WebSocketMessageType.Binary, true, Token);
        var (text, after) = ("", 0L);
        while (!text.Contains("^C", StringComparison.Ordinal))
        {
            var received = await socket.ReceiveAsync(buffer, Token);
            if (received.MessageType != WebSocketMessageType.Binary) continue;
            text = text[^Math.Min(1, text.Length)..] + Encoding.UTF8.GetString(buffer, 0, received.Count);
            after += received.Count;
            await socket.SendAsync(Encoding.UTF8.GetBytes($$"""{"type":"ack","offset":{{acknowledged + after}}}"""), WebSocketMessageType.Text, true, Token);
        }

        Assert.InRange(after, 1, 1 << 20);
    }

    [Fact]
    public async Task A_slow_viewer_loses_output_and_stalls_nobody()
    {
        await using var runner = await StartReadyAsync();
        await using var ada = await runner.Client.OpenSessionAsync(cancellation: Token);
        await using var bob = await runner.Client.OpenSessionAsync("local-bob", Role.Viewer, cancellation: Token);
        var info = await ada.NewTerminalAsync();
        await using var fast = await ada.OpenTerminalAsync(info.Terminal, cancellation: Token);
        using var slow = await runner.Client.OpenSocketAsync($"/terminals/{info.Terminal}?offset=0", SessionProtocol.TokenPrefix + bob.Welcome.Token, cancellation: Token);

        // Nobody reads the viewer's socket while 20 MB go by.
        await fast.WriteAsync("head -c 20000000 /dev/zero | tr '\\0' 'x'; echo all th''ere\n", Token);
        for (var end = ""; !end.Contains("all there", StringComparison.Ordinal);)
        {
            end += Encoding.UTF8.GetString(await fast.ReadAsync(Token));
            end = end[^Math.Min(end.Length, 100)..];
        }

        var lost = false;
        var tail = "";
        var buffer = new byte[64 << 10];
        while (!tail.Contains("all there", StringComparison.Ordinal))
        {
            var received = await slow.ReceiveAsync(buffer, Token);
            var text = Encoding.UTF8.GetString(buffer, 0, received.Count);
            if (received.MessageType == WebSocketMessageType.Text) lost |= text.Contains("lost", StringComparison.Ordinal);
            else tail = (tail + text)[^Math.Min(tail.Length + text.Length, 100)..];
        }

        Assert.True(lost);
    }

    private static long ResidentOf(int pid)
    {
        var line = File.ReadLines($"/proc/{pid}/status").First(line => line.StartsWith("VmRSS:", StringComparison.Ordinal));
        return long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) * 1024;
    }
}

[Trait("Tier", "integration")]
public sealed class TerminalOutputTests(JitRunner runner) : TerminalOutputSuite(runner), IClassFixture<JitRunner>;

[Trait("Tier", "integration")]
[Trait("Runner", "aot")]
public sealed class TerminalOutputAotTests(AotRunner runner) : TerminalOutputSuite(runner), IClassFixture<AotRunner>;
