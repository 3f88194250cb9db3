using System.Diagnostics;
using Devex.Bench.Programs;
using Devex.Bench.Reporting;
using Devex.Contracts.Protocol;
using Devex.Testing.Runner;

namespace Devex.Bench.Terminals;

/// <summary>
/// Terminal throughput and echo latency: the kernel's own pseudo-terminal read by a bare loop, the runner and ttyd, each directly and behind the Gateway, over TCP, as in a pod, and over
/// Unix sockets, as beside Core, where the runner behind the Gateway has its sandbox; with the same programs and the same client. They take turns, for echoes short ones: what else the machine does for a second
/// falls on all alike, and so does which processor the kernel puts each program on, which a p99 would tell of otherwise; so many, because a few in which everything is twice as slow would decide it.
/// The first round is not counted: its programs have just started, and so has this one.
/// </summary>
internal static class TerminalBench
{
    private const int Rounds = 5;
    private const int Bytes = 32 << 20;
    private const int Turns = 60;
    private const int Echoes = 1_000;

    // Raw and silent, so that bytes pass as they are.
    private const string Flood = "stty raw -echo; head -c 33554432 /dev/zero; printf done; cat >/dev/null";
    private const string Echo = "stty raw -echo; printf ready; exec cat";

    public static async Task RunAsync(BenchRun run)
    {
        var runner = await run.RunnerAsync();
        await using var program = await RunnerProgram.StartAsync(runner, tcp: true);
        await program.Client.ControlAsync();
        await using var session = await program.Client.OpenSessionAsync();
        await using var local = await RunnerProgram.StartAsync(runner);
        await local.Client.ControlAsync();
        await using var localSession = await local.Client.OpenSessionAsync();
        var stack = await run.StackAsync();
        await using var gateway = await LoneGateway.StartAsync(stack);
        using var passed = gateway.Before(program);
        await using var passedSession = await RunnerSession.BeginAsync(passed, await passed.OpenSocketAsync("/session", SessionProtocol.TicketPrefix + await program.Client.TicketAsync()));
        using var events = await stack.EventsAsync();
        var repl = await stack.CreateAsync("bash");
        run.Begin("starting a REPL behind the Gateway");
        await stack.WantAsync(repl.Id, run: true);
        await events.WaitAsync(repl.Id, Contracts.Api.ReplState.Running);
        var (client, far) = await stack.EnterAsync(repl.Id);
        run.Begin("fetching ttyd");
        await using var servers = new TtydServers(tcp: true);
        await using var localServers = new TtydServers(tcp: false);
        List<Measured> peers = await Peers.EnsureAsync("ttyd.sh")
            ?
            [
                new(new TtydTerminals("ttyd", servers, Straight)),
                new(new TtydTerminals("Gateway and ttyd", servers, gateway.Route)),
                new(new TtydTerminals("ttyd, Unix socket", localServers, Straight)),
                new(new TtydTerminals("Gateway and ttyd, Unix socket", localServers, gateway.Route)),
            ]
            : [];
        List<Measured> hosts =
        [
            new(new RunnerTerminals("runner", program.Client, session), peers.ElementAtOrDefault(0)),
            new(new RunnerTerminals("Gateway and runner", passed, passedSession), peers.ElementAtOrDefault(1)),
            new(new RunnerTerminals("runner, Unix socket", local.Client, localSession), peers.ElementAtOrDefault(2)),
            new(new RunnerTerminals("Gateway and sandboxed runner, Unix socket", client, far), peers.ElementAtOrDefault(3)),
            .. peers,
        ];

        var (floods, echoes) = (new List<double>(), new List<double>());
        for (var round = 0; round <= Rounds; round++)
        {
            if (round == 1)
                Forget();
            run.Begin($"terminal throughput, round {round} of {Rounds}: bare pseudo-terminal");
            floods.Add(Bytes / 1e6 / BareTerminal.Flood(Flood, Bytes));
            foreach (var host in hosts)
            {
                run.Begin($"terminal throughput, round {round} of {Rounds}: {host.Host.Name}");
                host.Floods.Add(Bytes / 1e6 / await FloodAsync(host.Host));
            }
            for (var turn = 1; turn <= Turns; turn++)
            {
                run.Begin($"terminal echo, round {round} of {Rounds}, turn {turn} of {Turns}");
                echoes.AddRange(BareTerminal.Echo(Echo, Echoes));
                foreach (var host in hosts)
                    host.Echoes.AddRange(await EchoAsync(host.Host));
            }
        }

        await far.DisposeAsync();
        client.Dispose();
        await stack.WantAsync(repl.Id, run: false);
        Report(run, hosts, floods, echoes);

        static (string, string) Straight(string server) => (server, "ttyd.invalid");

        void Forget()
        {
            floods.Clear();
            echoes.Clear();
            foreach (var host in hosts)
                host.Forget();
        }
    }

    private static void Report(BenchRun run, List<Measured> hosts, List<double> floods, List<double> echoes)
    {
        foreach (var host in hosts)
        {
            Throughput(host, floods, "bare PTY");
            if (host.Peer is { } peer)
                Throughput(host, peer.Floods, peer.Host.Name);
        }
        foreach (var part in (double[])[0.5, 0.99])
        {
            foreach (var host in hosts)
            {
                var (peer, peerName) = host.Peer is { } of ? (of.Echoes, of.Host.Name) : (echoes, "bare PTY");
                run.Add(new Figure(
                    $"terminal echo p{part * 100:0}: {host.Host.Name}", $"of {Rounds * Turns} × {Echoes} keys", host.Echoes.Quantile(part) * 1e6, "µs",
                    peer.Quantile(part) * 1e6, peerName));
            }
        }

        void Throughput(Measured host, List<double> peer, string peerName) => run.Add(new Figure(
            $"terminal throughput: {host.Host.Name}", $"p50 of {Rounds} × 32 MiB", host.Floods.Median(), "MB/s", peer.Median(), peerName));
    }

    private static async Task<double> FloodAsync(ITerminalHost host)
    {
        using var socket = await host.OpenAsync(Flood);
        var seen = (long)(await socket.ReadAsync()).Length;
        var started = Stopwatch.GetTimestamp();
        while (seen < Bytes + 4)
            seen += (await socket.ReadAsync()).Length;
        return Stopwatch.GetElapsedTime(started).TotalSeconds;
    }

    private static async Task<List<double>> EchoAsync(ITerminalHost host)
    {
        using var socket = await host.OpenAsync(Echo);
        await socket.ReadToAsync("ready");
        var times = new List<double>(Echoes);
        for (var i = 0; i < Echoes; i++)
        {
            var started = Stopwatch.GetTimestamp();
            await socket.TypeAsync();
            await socket.ReadAsync();
            times.Add(Stopwatch.GetElapsedTime(started).TotalSeconds);
        }

        return times;
    }

    /// <param name="Peer">What does the same on the same way; null for what is measured beside the bare pseudo-terminal alone.</param>
    private sealed record Measured(ITerminalHost Host, Measured? Peer = null)
    {
        public List<double> Floods { get; } = [];

        public List<double> Echoes { get; } = [];

        public void Forget()
        {
            Floods.Clear();
            Echoes.Clear();
        }
    }
}
