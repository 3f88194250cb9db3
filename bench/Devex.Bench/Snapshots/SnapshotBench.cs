using System.Diagnostics;
using System.Globalization;
using Devex.Bench.Keeping;
using Devex.Bench.Programs;
using Devex.Bench.Reporting;
using Devex.Testing;

namespace Devex.Bench.Snapshots;

/// <summary>
/// A workspace kept by the runner's own commands and by four others, on one S3 server: the first save, one with nothing changed, one after an edit, a restore into an empty folder,
/// and what is stored after the first.
/// </summary>
internal static class SnapshotBench
{
    private static readonly string[] Steps = ["first save", "save of nothing new", "save after one edit", "restore"];

    public static Func<BenchRun, Task> Of(Workspace workspace) => run => RunAsync(run, workspace);

    private static async Task RunAsync(BenchRun run, Workspace workspace)
    {
        var runner = await run.RunnerAsync();
        var peers = await Peers.EnsureAsync("keepers.sh");
        run.Begin("starting S3 and Core's snapshots");
        await using var world = await SnapshotWorld.StartAsync();
        // Nothing is deleted before the end: ext4 makes files slowly while it passes over many that were deleted a moment ago, and whoever comes first would pay for it.
        using var folder = new TempFolder("devex-keep-");
        // The first of everything warms Core and S3.
        await KeepAsync(run, world, runner, Workspace.Node with { Rounds = 1 }, folder["warm"], peers: false, counts: false);
        await KeepAsync(run, world, runner, workspace, folder["kept"], peers, counts: true);
    }

    private static async Task KeepAsync(BenchRun run, SnapshotWorld world, string runner, Workspace workspace, string folder, bool peers, bool counts)
    {
        var kept = new Dictionary<string, Kept>();
        var peak = 0.0;
        for (var round = 1; round <= workspace.Rounds; round++)
        {
            await foreach (var keeper in KeepersAsync(world, runner, Path.Combine(folder, $"{round}"), peers))
            {
                await using (keeper)
                {
                    run.Begin($"{workspace.Name} by {keeper.Name}, round {round} of {workspace.Rounds}");
                    Directory.CreateDirectory(keeper.Folder);
                    workspace.Write(keeper.Folder);
                    var known = kept.TryGetValue(keeper.Name, out var found) ? found : kept[keeper.Name] = new Kept();
                    var before = (await S3Access.StoredAsync(world.S3, keeper.Bucket)).Bytes;
                    known.Add(0, await SettledAsync(keeper.SaveAsync));
                    peak = keeper is DevexKeeper devex ? Math.Max(peak, devex.Peak) : peak;
                    known.Stored = (await S3Access.StoredAsync(world.S3, keeper.Bucket)).Bytes - before;
                    known.Add(1, await SettledAsync(keeper.SaveAsync));
                    workspace.Edit(keeper.Folder);
                    known.Add(2, await SettledAsync(keeper.SaveAsync));
                    known.Add(3, await SettledAsync(keeper.RestoreAsync));
                }
            }
        }
        if (counts)
            Report(run, workspace, kept, peak);
    }

    /// <summary>What was written before is on the disk by then: whoever makes its own files durable does not pay for those of others.</summary>
    private static async Task<double> SettledAsync(Func<Task<double>> step)
    {
        using var sync = Process.Start("sync");
        await sync.WaitForExitAsync();
        return await step();
    }

    private static async IAsyncEnumerable<IKeeper> KeepersAsync(SnapshotWorld world, string runner, string folder, bool peers)
    {
        var devex = new DevexKeeper(world, runner, Path.Combine(folder, "devex"));
        await devex.BeginAsync();
        yield return devex;
        if (!peers)
            yield break;
        var restic = new ResticKeeper(world.S3, await world.S3.CreateBucketAsync(), Path.Combine(folder, "restic"));
        await restic.BeginAsync();
        yield return restic;
        yield return new RcloneKeeper(world.S3, await world.S3.CreateBucketAsync(), Path.Combine(folder, "rclone"));
        yield return new TarKeeper(world.S3, await world.S3.CreateBucketAsync(), Path.Combine(folder, "tar"));
        yield return new ObjectsKeeper(world.S3, await world.S3.CreateBucketAsync(), Path.Combine(folder, "objects"));
    }

    private static void Report(BenchRun run, Workspace workspace, Dictionary<string, Kept> kept, double peak)
    {
        var ours = kept["Devex"];
        var others = kept.Where(keeper => keeper.Value != ours).ToList();
        for (var step = 0; step < Steps.Length; step++)
        {
            var how = $"p50 of {workspace.Rounds} ({ours.Spread(step)}), whole process, {run.RunnerName}";
            if (others.Count == 0)
                run.Add(new Figure($"snapshot: {Steps[step]}, {workspace.Name}", how, ours.Of(step), "ms"));
            foreach (var (name, other) in others)
                run.Add(new Figure($"snapshot: {Steps[step]}, {workspace.Name}", $"{how}; peer {other.Spread(step)}", ours.Of(step), "ms", other.Of(step), name));
        }
        foreach (var (name, other) in others)
            run.Add(new Figure($"snapshot: stored, {workspace.Name}", "after the first save", ours.Stored / 1e6, "MB", other.Stored / 1e6, name));
        run.Add(new Figure($"snapshot: memory while saving, {workspace.Name}", "most resident, first save", peak, "MiB"));
    }

    private sealed class Kept
    {
        private readonly List<double>[] _times = [[], [], [], []];

        public long Stored { get; set; }

        public void Add(int step, double took) => _times[step].Add(took);

        public double Of(int step) => _times[step].Median();

        public string Spread(int step) => string.Create(CultureInfo.InvariantCulture, $"{_times[step].Min():N0} to {_times[step].Max():N0} ms");
    }
}
