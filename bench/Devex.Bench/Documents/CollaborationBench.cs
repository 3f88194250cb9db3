using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Nodes;
using Devex.Bench.Programs;
using Devex.Bench.Reporting;
using Devex.Bench.Snapshots;
using Devex.Contracts;
using Devex.Testing;
using Devex.Testing.Runner;

namespace Devex.Bench.Documents;

/// <summary>
/// Many people who type into one document at once: <c>serve</c>, which journals every edit before it confirms it, and y-websocket's server, which keeps none on disk. The same
/// program types to both over loopback TCP (<c>tests/tools/collaboration</c>), in rounds that alternate.
/// </summary>
internal static class CollaborationBench
{
    private const int Rounds = 3;

    /// <summary>First nothing but keys, as most compare; then with everybody's cursor, as browsers show it. In the last nobody is told of each key by itself any more.</summary>
    private static readonly Room[] Rooms = [new(50, false), new(50, true), new(120, true)];

    /// <summary>Milliseconds between the keys of one person: 60 words a minute.</summary>
    private const int Every = 200;
    private const int Warm = 3_000;
    private const int Long = 15_000;

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);
    private static readonly string Folder = Path.Combine(BuiltProgram.RepositoryRoot, "tests", "tools", "collaboration");

    public static async Task RunAsync(BenchRun run)
    {
        run.Begin("fetching y-websocket");
        if (!await Peers.EnsureAsync("collaboration.sh"))
            throw new InvalidOperationException("Without npm's packages nobody types.");
        var runner = await run.RunnerAsync();
        foreach (var room in Rooms)
            await MeasureAsync(run, runner, room);
    }

    private static async Task MeasureAsync(BenchRun run, string runner, Room room)
    {
        var (ours, theirs) = (new List<Typed>(), new List<Typed>());
        for (var round = 1; round <= Rounds; round++)
        {
            run.Begin($"{room} type, round {round} of {Rounds}: serve");
            ours.Add(await OfServeAsync(runner, room));
            run.Begin($"{room} type, round {round} of {Rounds}: y-websocket");
            theirs.Add(await OfYjsAsync(room));
        }
        var how = $"p50 of {Rounds} × {Long / 1000} s, {room}, {1000 / Every} keys a second each, {run.RunnerName}";
        Add("p50 from a key to each other person", "ms", typed => typed.P50);
        Add("p99 from a key to each other person", "ms", typed => typed.P99);
        Add("processor time of the server", "ms", typed => typed.Cpu);
        Add("most memory of the server", "MiB", typed => typed.Memory);

        void Add(string name, string unit, Func<Typed, double> value) =>
            run.Add(new Figure($"one document: {name}", how, ours.Select(value).ToList().Median(), unit, theirs.Select(value).ToList().Median(), "y-websocket"));
    }

    private static async Task<Typed> OfServeAsync(string runner, Room room)
    {
        await using var program = await RunnerProgram.StartAsync(runner, tcp: true);
        await program.Client.ControlAsync();
        var tickets = new JsonArray();
        for (var person = 0; person < room.People; person++)
            tickets.Add(await program.Client.TicketAsync($"local-person{person}", Role.Editor));
        return await TypeAsync(program.Process.Id, room, new JsonObject
        {
            ["server"] = "devex",
            ["url"] = program.Address.Replace("http:", "ws:", StringComparison.Ordinal),
            ["host"] = program.Client.Url.Host,
            ["origin"] = RunnerClient.WebOrigin,
            ["tickets"] = tickets,
        });
    }

    private static async Task<Typed> OfYjsAsync(Room room)
    {
        var port = FreePort.Next();
        await using var program = ProgramProcess.Start(
            "node", [Path.Combine(Folder, "node_modules/y-websocket/bin/server.cjs")],
            new Dictionary<string, string?> { ["HOST"] = "127.0.0.1", ["PORT"] = $"{port}", ["YPERSISTENCE"] = null });
        await program.WaitForHttpAsync(new Uri($"http://127.0.0.1:{port}/"));
        return await TypeAsync(program.Id, room, new JsonObject { ["server"] = "yjs", ["url"] = $"ws://127.0.0.1:{port}" });
    }

    /// <exception cref="InvalidOperationException">Something that was typed did not come to everybody, or not the same came to all.</exception>
    private static async Task<Typed> TypeAsync(int server, Room room, JsonObject plan)
    {
        (plan["pid"], plan["people"], plan["cursors"], plan["every"], plan["warm"], plan["long"]) = (server, room.People, room.Cursors, Every, Warm, Long);
        using var typists = Process.Start(new ProcessStartInfo("node", ["editors.mjs"]) { WorkingDirectory = Folder, RedirectStandardInput = true, RedirectStandardOutput = true })!;
        try
        {
            await typists.StandardInput.WriteAsync(plan.ToJsonString());
            typists.StandardInput.Close();
            var said = await typists.StandardOutput.ReadToEndAsync().WaitAsync(Patience);
            await typists.WaitForExitAsync().WaitAsync(Patience);
            if (typists.ExitCode != 0)
                throw new InvalidOperationException("The people who type ended with an error.");
            var told = JsonNode.Parse(said)!;
            if ((int)told["missing"]! != 0 || !(bool)told["same"]!)
                throw new InvalidOperationException($"Not everybody has the same text: {said}");
            return new Typed((double)told["p50"]!, (double)told["p99"]!, (double)told["cpu"]!, ProcessUse.PeakOf(server));
        }
        catch (Exception e) when (e is JsonException or TimeoutException)
        {
            throw new InvalidOperationException("The people who type did not end well.", e);
        }
        finally
        {
            if (!typists.HasExited)
                typists.Kill();
        }
    }

    /// <param name="People">How many have it open.</param>
    /// <param name="Cursors">Whether each says where they are.</param>
    private sealed record Room(int People, bool Cursors)
    {
        public override string ToString() => Cursors ? $"{People} people and their cursors" : $"{People} people";
    }

    /// <param name="P50">Milliseconds.</param>
    /// <param name="P99">Milliseconds.</param>
    /// <param name="Cpu">Milliseconds, user and system, while all typed.</param>
    /// <param name="Memory">MiB, at most.</param>
    private sealed record Typed(double P50, double P99, double Cpu, double Memory);
}
