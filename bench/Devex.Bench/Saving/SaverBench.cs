using Devex.Bench.Reporting;
using Devex.Bench.Snapshots;
using Devex.Testing;

namespace Devex.Bench.Saving;

/// <summary>What the saver costs while people work.</summary>
internal static class SaverBench
{
    private const int Files = 100_000;
    private const int Edits = 5;
    private const int Packages = 100;
    private const int FilesEach = 26;

    /// <summary>The saver waits for this much quiet before it begins.</summary>
    private const double Quiet = 500;

    private static readonly TimeSpan Typing = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Idle = TimeSpan.FromSeconds(32);

    /// <summary>Edits, and nothing at all, among 100,000 files.</summary>
    public static Task EditsAsync(BenchRun run) => AmongManyAsync(run, async saver =>
    {
        var (latencies, work) = (new List<double>(), new List<double>());
        for (var i = 0; i < Edits; i++)
        {
            run.Begin($"one edit, {i + 1} of {Edits}");
            var before = saver.Saves;
            await saver.MarkAsync();
            await File.WriteAllTextAsync(Path.Combine(saver.Workspace, $"{i}", "1", "file-1.txt"), $"// edited {i}\n");
            latencies.Add(await saver.WaitAsync(before) - Quiet);
            work.Add((await saver.CountAsync()).Cpu);
            await Task.Delay(TimeSpan.FromSeconds(3));
        }
        run.Begin("doing nothing");
        await saver.MarkAsync();
        await Task.Delay(Idle, run.Ended);
        var idle = await saver.CountAsync();
        var how = How(run);
        run.Add(new Figure("saver: one edit, from half a second of quiet to its commit", $"p50 of {Edits}; {how}", latencies.Median(), "ms"));
        run.Add(new Figure("saver: processor for one edit", $"p50 of {Edits}; {how}", work.Median(), "ms"));
        run.Add(new Figure("saver: processor for a look at everything, nothing new", $"each 10 s, over {idle.Seconds:0} s; {how}", idle.Cpu / idle.Seconds * 10, "ms"));
        run.Add(new Figure("saver: memory", $"most resident; {how}", saver.Peak, "MiB"));
    });

    /// <summary>A minute of typing among 100,000 files.</summary>
    public static Task TypingAsync(BenchRun run) => AmongManyAsync(run, async saver =>
    {
        run.Begin("typing");
        await saver.MarkAsync();
        var text = new string('x', 4000);
        using (var second = new PeriodicTimer(TimeSpan.FromSeconds(1)))
        {
            // As serve brings an open document to its file: at most once a second, beside it and then in its place.
            for (var ends = DateTime.UtcNow + Typing; DateTime.UtcNow < ends; await second.WaitForNextTickAsync(run.Ended))
            {
                var file = Path.Combine(saver.Workspace, "42", "4", "file-42.txt");
                await File.WriteAllTextAsync(Path.Combine(saver.Workspace, "42", "4", ".devex-typing"), text += "typed ");
                File.Move(Path.Combine(saver.Workspace, "42", "4", ".devex-typing"), file, overwrite: true);
            }
        }
        var typing = await saver.CountAsync();
        run.Add(new Figure("saver: written to S3 while typing", $"{typing.Saves} commits; {How(run)}", typing.Bytes / 1e6 / typing.Seconds * 60, "MB/min"));
        run.Add(new Figure("saver: processor while typing", How(run), typing.Cpu / typing.Seconds * 60, "ms/min"));
    });

    /// <summary>npm install with and without the saver beside it.</summary>
    public static async Task InstallAsync(BenchRun run)
    {
        await using var world = await SnapshotWorld.StartAsync();
        using var folder = new TempFolder("devex-saver-");
        await InstallAsync(run, world, await run.RunnerAsync(), folder["npm"]);
    }

    private static string How(BenchRun run) => $"100,000 files, save --watch, {run.RunnerName}";

    private static async Task AmongManyAsync(BenchRun run, Func<SaverRun, Task> measure)
    {
        var runner = await run.RunnerAsync();
        await using var world = await SnapshotWorld.StartAsync();
        using var folder = new TempFolder("devex-saver-");
        run.Begin($"saving {Files} files for the first time");
        await using var saver = await SaverRun.BeginAsync(world, runner, folder["large"]);
        for (var i = 0; i < Files; i++)
        {
            var below = Path.Combine(saver.Workspace, $"{i / 1000}", $"{i / 100 % 10}");
            if (i % 100 == 0)
                Directory.CreateDirectory(below);
            await File.WriteAllTextAsync(Path.Combine(below, $"file-{i % 100}.txt"), $"This is file {i} of {Files}.\n", run.Ended);
        }
        await saver.StartAsync(Files);
        // What was written a moment ago is read once more; after that nothing is.
        await Task.Delay(TimeSpan.FromSeconds(12), run.Ended);
        await measure(saver);
    }

    /// <summary>npm unpacks 2,600 files from archives in the workspace: no network but the saver's.</summary>
    private static async Task InstallAsync(BenchRun run, SnapshotWorld world, string runner, string folder)
    {
        if (!File.Exists("/usr/bin/npm") && !File.Exists("/usr/local/bin/npm"))
        {
            await Console.Error.WriteLineAsync("Without npm install: there is no npm.");
            return;
        }
        run.Begin("npm install without a saver");
        await WritePackagesAsync(folder + "-alone");
        var alone = await InstallAsync(folder + "-alone", folder + "-cache");

        run.Begin("npm install beside the saver");
        await using var saver = await SaverRun.BeginAsync(world, runner, folder);
        await WritePackagesAsync(saver.Workspace);
        await saver.StartAsync(Packages + 1);
        await saver.MarkAsync();
        var beside = await InstallAsync(saver.Workspace, folder + "-cache");
        var during = await saver.CountAsync();
        await saver.WaitAsync(saver.Saves - 1);
        await Task.Delay(TimeSpan.FromSeconds(10));
        var all = await saver.CountAsync();

        var how = $"{Packages * FilesEach:#,0} files, save --watch, {run.RunnerName}";
        run.Add(new Figure("saver: npm install", how, beside, "ms", alone, "without a saver"));
        run.Add(new Figure("saver: processor during npm install", $"{during.Saves} commits; {how}", during.Cpu, "ms"));
        run.Add(new Figure("saver: processor until it is saved", $"{all.Saves} commits; {how}", all.Cpu, "ms"));
        run.Add(new Figure("saver: written to S3 for npm install", how, all.Bytes / 1e6, "MB"));
    }

    private static Task<double> InstallAsync(string workspace, string cache) => SnapshotCommands.RunAsync(
        "/usr/bin/env", ["npm", "install", "--offline", "--no-audit", "--no-fund", "--ignore-scripts", "--cache", cache], null, workspace);

    private static async Task WritePackagesAsync(string workspace)
    {
        var packages = Directory.CreateDirectory(Path.Combine(workspace, "packages")).FullName;
        using var source = new TempFolder("devex-npm-");
        var lines = new Random(5);
        for (var i = 0; i < Packages; i++)
        {
            var package = Directory.CreateDirectory(Path.Combine(source.Path, $"{i}", "package")).FullName;
            await File.WriteAllTextAsync(Path.Combine(package, "package.json"), $$"""{ "name": "p{{i}}", "version": "1.0.0" }""");
            for (var file = 1; file < FilesEach; file++)
                await File.WriteAllLinesAsync(Path.Combine(package, $"file-{file}.js"), Enumerable.Range(0, 90).Select(line => $"export const value{line} = {lines.Next()};"));
            await SnapshotCommands.RunAsync("/bin/tar", ["-czf", Path.Combine(packages, $"p{i}.tgz"), "-C", Path.Combine(source.Path, $"{i}"), "package"]);
        }
        var dependencies = string.Join(", ", Enumerable.Range(0, Packages).Select(i => $"\"p{i}\": \"file:packages/p{i}.tgz\""));
        await File.WriteAllTextAsync(Path.Combine(workspace, "package.json"), $$"""{ "name": "bench", "version": "1.0.0", "dependencies": { {{dependencies}} } }""");
    }
}
