using System.Collections.Concurrent;
using System.Diagnostics;
using Devex.Bench.Reporting;
using Devex.Bench.Snapshots;
using Devex.Runner.Snapshots;
using Devex.Testing;

namespace Devex.Bench.Saving;

/// <summary>2,000 REPLs in which somebody types: each saves one edit every 5 s through one session listener. Their savers share the machine with it and with S3.</summary>
internal static class CommitsBench
{
    private const int Repls = 2000;

    private static readonly TimeSpan Every = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Window = TimeSpan.FromSeconds(30);

    public static async Task RunAsync(BenchRun run)
    {
        run.Begin($"making {Repls} REPLs");
        await using var world = await SnapshotWorld.StartAsync();
        var (core, url) = await SnapshotCore.StartProcessAsync(SnapshotCore.Settings(world.S3, world.Bucket));
        await using var process = core;
        using var folder = new TempFolder("devex-many-");
        using var http = SessionHttp.Create();
        var savers = Enumerable.Range(0, Repls).Select(_ => new SyntheticSaver(http, world, url, folder.Path)).ToList();
        await Parallel.ForEachAsync(savers, new ParallelOptions { MaxDegreeOfParallelism = 16, CancellationToken = run.Ended }, async (saver, _) => await saver.BeginAsync());

        run.Begin("committing");
        var (times, commits) = (new ConcurrentBag<double>(), new ConcurrentBag<double>());
        var (cpu, s3, ours) = (ProcessUse.CpuOf(core.Id), ProcessUse.CpuOf(world.S3.Program.Id), ProcessUse.CpuOf(Environment.ProcessId));
        var started = Stopwatch.GetTimestamp();
        await Task.WhenAll(savers.Select(async (saver, i) =>
        {
            await Task.Delay(Every * i / Repls, run.Ended);
            // A machine that cannot keep up makes fewer.
            while (Stopwatch.GetElapsedTime(started) < Window)
            {
                var began = Stopwatch.GetTimestamp();
                var (all, commit) = await saver.SaveAsync();
                times.Add(all);
                commits.Add(commit);
                var left = Every - Stopwatch.GetElapsedTime(began);
                await Task.Delay(left > TimeSpan.Zero ? left : TimeSpan.Zero, run.Ended);
            }
        }));
        var seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;

        var how = $"{times.Count:#,0} commits of {Repls:#,0} REPLs in {seconds:0} s, {Environment.ProcessorCount} cores for savers, Core and S3 together";
        run.Add(new Figure("commits: per second, of 400 asked for", how, times.Count / seconds, "/s"));
        run.Add(new Figure("commits: Core's answer", "p50", commits.Median(), "ms"));
        run.Add(new Figure("commits: Core's answer", "p99", commits.Quantile(0.99), "ms"));
        run.Add(new Figure("commits: two objects and the commit", "p99", times.Quantile(0.99), "ms"));
        run.Add(new Figure("commits: Core's processor", "of one core", (ProcessUse.CpuOf(core.Id) - cpu) / seconds / 10, "%"));
        run.Add(new Figure("commits: S3's processor", "of one core", (ProcessUse.CpuOf(world.S3.Program.Id) - s3) / seconds / 10, "%"));
        run.Add(new Figure("commits: the savers' processor", "of one core", (ProcessUse.CpuOf(Environment.ProcessId) - ours) / seconds / 10, "%"));
        run.Add(new Figure("commits: Core's memory", "most resident", ProcessUse.PeakOf(core.Id), "MiB"));
    }
}
