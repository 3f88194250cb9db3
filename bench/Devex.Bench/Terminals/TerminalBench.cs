using System.Diagnostics;
using System.Globalization;
using System.Net.WebSockets;
using System.Text;
using Devex.Contracts.Protocol;
using Devex.Testing.Runner;

namespace Devex.Bench.Terminals;

/// <summary>
/// Terminal throughput and echo latency through the runner and its socket, as ratios to the kernel's own pseudo-terminal read by a bare loop in
/// the same run with the same programs. Rounds of the two alternate, so that what else the machine does falls on both.
/// </summary>
internal static class TerminalBench
{
    private const int Rounds = 5;
    private const int Megabytes = 64;
    private const int Echoes = 2000;

    // Raw and silent, so that bytes pass as they are.
    private const string Flood = "stty raw -echo; head -c 67108864 /dev/zero; printf done; cat >/dev/null";
    private const string Echo = "stty raw -echo; printf ready; exec cat";

    public static async Task<int> RunAsync(string? runner)
    {
        await using var program = await RunnerProgram.StartAsync(runner);
        await program.Client.ControlAsync();
        await using var session = await program.Client.OpenSessionAsync();

        var (bare, through) = (new List<double>(), new List<double>());
        var (bareEchoes, throughEchoes) = (new List<double>(), new List<double>());
        for (var round = 0; round < Rounds; round++)
        {
            bare.Add(BareTerminal.Flood(Flood, Megabytes << 20));
            through.Add(await FloodAsync(program.Client, session));
            bareEchoes.AddRange(BareTerminal.Echo(Echo, Echoes));
            throughEchoes.AddRange(await EchoAsync(program.Client, session));
        }

        Print("throughput, bare PTY, MB/s", Megabytes / Median(bare));
        Print("throughput, runner, MB/s", Megabytes / Median(through));
        Print("throughput, ratio (1 is as fast)", Median(bare) / Median(through));
        foreach (var part in (double[])[0.5, 0.99])
        {
            Print($"echo p{part * 100:0}, bare PTY, µs", Quantile(bareEchoes, part) * 1e6);
            Print($"echo p{part * 100:0}, runner, µs", Quantile(throughEchoes, part) * 1e6);
            Print($"echo p{part * 100:0}, ratio", Quantile(throughEchoes, part) / Quantile(bareEchoes, part));
        }

        return 0;
    }

    private static async Task<double> FloodAsync(RunnerClient client, RunnerSession session)
    {
        using var socket = await OpenAsync(client, session, Flood);
        var buffer = new byte[128 << 10];
        var (seen, acknowledged) = (0L, 0L);
        long started = 0;
        while (seen < (Megabytes << 20) + 4)
        {
            var received = await socket.ReceiveAsync(buffer, default);
            if (received.MessageType != WebSocketMessageType.Binary) continue;
            if (started == 0) started = Stopwatch.GetTimestamp();
            seen += received.Count;
            if (seen - acknowledged < 128 << 10) continue;
            acknowledged = seen;
            await socket.SendAsync(Encoding.UTF8.GetBytes($$"""{"type":"ack","offset":{{seen}}}"""), WebSocketMessageType.Text, true, default);
        }

        return Stopwatch.GetElapsedTime(started).TotalSeconds;
    }

    private static async Task<List<double>> EchoAsync(RunnerClient client, RunnerSession session)
    {
        using var socket = await OpenAsync(client, session, Echo);
        var buffer = new byte[4096];
        for (var text = ""; !text.Contains("ready", StringComparison.Ordinal);)
        {
            var received = await socket.ReceiveAsync(buffer, default);
            if (received.MessageType == WebSocketMessageType.Binary) text += Encoding.UTF8.GetString(buffer, 0, received.Count);
        }

        var times = new List<double>(Echoes);
        for (var i = 0; i < Echoes; i++)
        {
            var started = Stopwatch.GetTimestamp();
            await socket.SendAsync("x"u8.ToArray(), WebSocketMessageType.Binary, true, default);
            while ((await socket.ReceiveAsync(buffer, default)).MessageType != WebSocketMessageType.Binary)
            {
            }

            times.Add(Stopwatch.GetElapsedTime(started).TotalSeconds);
        }

        return times;
    }

    private static async Task<WebSocket> OpenAsync(RunnerClient client, RunnerSession session, string command)
    {
        var json = ProtocolJson.Default;
        if ((await session.CallAsync("run.status", new Nothing(), json.Nothing, json.RunStatus)).Running)
            await session.CallAsync("run.stop", new Nothing(), json.Nothing, json.RunStatus);
        var run = await session.CallAsync("run.start", new StartRun(command), json.StartRun, json.RunStatus);
        return await client.OpenSocketAsync($"/terminals/{run.Terminal}?offset=0", SessionProtocol.TokenPrefix + session.Welcome.Token);
    }

    private static double Median(List<double> values) => Quantile(values, 0.5);

    private static double Quantile(List<double> values, double part) => values.Order().ElementAt((int)Math.Min(values.Count - 1, values.Count * part));

    private static void Print(string what, double value) => Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{what,-40} {value,10:0.00}"));
}
