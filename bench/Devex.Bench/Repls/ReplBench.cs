using System.Diagnostics;
using Devex.Bench.Reporting;
using Devex.Contracts.Api;

namespace Devex.Bench.Repls;

/// <summary>A REPL's life as its owner's program sees it, through Core's API: requests, and the events that tell when it is there.</summary>
internal static class ReplBench
{
    private const string Template = "bash";
    private const int Rounds = 10;
    private const int Reopenings = 5;

    public static async Task RunAsync(BenchRun run)
    {
        var stack = await run.StackAsync();
        using var events = await stack.EventsAsync();
        var (cold, again, stops, reopened) = (new List<double>(), new List<double>(), new List<double>(), new List<double>());
        var (starting, stopping) = (new Waterfall(), new Waterfall());
        for (var round = 0; round <= Rounds; round++)
        {
            // The first warms Core, which is started once and not for every REPL.
            var counts = round > 0;
            run.Begin($"creating and starting a REPL, {round} of {Rounds}");
            var started = Stopwatch.GetTimestamp();
            var repl = await stack.CreateAsync(Template);
            await stack.WantAsync(repl.Id, run: true);
            var ready = await events.WaitAsync(repl.Id, ReplState.Running);
            Take(cold, started, counts, ready, starting);

            run.Begin("reopening it");
            for (var i = 0; i < Reopenings; i++)
            {
                started = Stopwatch.GetTimestamp();
                var (client, session) = await stack.EnterAsync(repl.Id);
                Take(reopened, started, counts);
                await session.DisposeAsync();
                client.Dispose();
            }

            run.Begin("stopping it");
            started = Stopwatch.GetTimestamp();
            await stack.WantAsync(repl.Id, run: false);
            Take(stops, started, counts, await events.WaitAsync(repl.Id, ReplState.Stopped), stopping);

            run.Begin("starting it again");
            started = Stopwatch.GetTimestamp();
            await stack.WantAsync(repl.Id, run: true);
            Take(again, started, counts, await events.WaitAsync(repl.Id, ReplState.Running), starting);
            await stack.WantAsync(repl.Id, run: false);
            await events.WaitAsync(repl.Id, ReplState.Stopped);
        }

        var with = $"{run.RunnerName} runner, {await stack.IsolationAsync()}";
        Add(run, "REPL, Process runtime: create to ready", cold, with);
        Add(run, "REPL, Process runtime: stopped to ready", again, with);
        Add(run, "REPL, Process runtime: stop to saved and gone", stops, with);
        Add(run, "REPL, running: reopen (ticket, socket, first message)", reopened, "through Core and Gateway");
        starting.Print("start");
        stopping.Print("stop");
    }

    private static void Take(List<double> times, long started, bool counts, Repl? repl = null, Waterfall? waterfall = null)
    {
        if (!counts)
            return;
        times.Add(Stopwatch.GetElapsedTime(started).TotalMilliseconds);
        if (repl?.Progress is { } progress)
            waterfall?.Add(progress);
    }

    private static void Add(BenchRun run, string name, List<double> times, string how)
    {
        run.Add(new Figure(name, $"p50 of {times.Count}; {how}", times.Median(), "ms"));
        run.Add(new Figure(name, $"p90 of {times.Count}", times.Quantile(0.9), "ms"));
    }
}
