using System.Globalization;
using Devex.Bench;
using Devex.Bench.Repls;
using Devex.Bench.Reporting;
using Devex.Bench.Runners;
using Devex.Bench.Saving;
using Devex.Bench.Snapshots;
using Devex.Bench.Storage;
using Devex.Bench.Terminals;

(string Name, string What, TimeSpan Limit, Func<BenchRun, Task> Run)[] benches =
[
    ("runner", "start and idle memory of the runner", TimeSpan.FromMinutes(2), RunnerBench.RunAsync),
    ("terminals", "throughput and echo, beside the kernel's own pseudo-terminal and ttyd", TimeSpan.FromMinutes(4), TerminalBench.RunAsync),
    ("repls", "start, stop and reopening of REPLs in the Process runtime", TimeSpan.FromMinutes(4), ReplBench.RunAsync),
    ("snapshots", "save and restore of three workspaces, beside restic, rclone, tar and an object per file", TimeSpan.FromMinutes(15), SnapshotBench.RunAsync),
    ("saver", "the saver beside work: edits and typing among 100,000 files, npm install", TimeSpan.FromMinutes(8), SaverBench.RunAsync),
    ("commits", "2,000 REPLs that commit every 5 s through one Core", TimeSpan.FromMinutes(5), CommitsBench.RunAsync),
    ("s3", "puts of 4 KiB by 8 clients, beside moto", TimeSpan.FromMinutes(2), S3Bench.RunAsync),
];
if (args is [SnapshotCore.Argument])
{
    await SnapshotCore.RunAsync();
    return 0;
}

var options = args.Skip(1).ToList();
var native = options.Remove("--aot");
var (runner, page) = (Value("--runner"), Value("--write"));
var all = args is ["all", ..];
var chosen = benches.Where(bench => all || bench.Name == args.FirstOrDefault()).ToArray();
if (chosen.Length == 0 || options.Count > 0 || (page is not null && !all))
    return Usage();

var machine = Machine.Describe(TimeProvider.System.GetUtcNow(), $"dotnet run -c Release --project bench/Devex.Bench -- {string.Join(' ', args)}");
Console.WriteLine(string.Join('\n', machine));
await using var run = new BenchRun(native || all, runner);
if (run.Native && !await SucceedsAsync("the publish", TimeSpan.FromMinutes(9), run => run.RunnerAsync()))
    return 1;
foreach (var bench in chosen)
{
    if (!await SucceedsAsync(bench.Name, bench.Limit, bench.Run))
        return 1;
}

if (page is not null)
    await PerformancePage.WriteAsync(page, PerformancePage.Table(machine, run.Figures));
return 0;

async Task<bool> SucceedsAsync(string name, TimeSpan limit, Func<BenchRun, Task> action)
{
    try
    {
        // On the pool, because some wait without letting go of their thread.
        await Task.Run(() => action(run)).WaitAsync(limit);
        return true;
    }
    catch (TimeoutException)
    {
        await Console.Error.WriteLineAsync(string.Create(
            CultureInfo.InvariantCulture, $"{name} did not end within {limit.TotalSeconds:0} s; it hung or was too slow while {run.Step}. Nothing was written."));
    }
    catch (Exception e) when (e is InvalidOperationException or IOException or HttpRequestException or OperationCanceledException or System.Net.WebSockets.WebSocketException)
    {
        await Console.Error.WriteLineAsync($"{name} failed while {run.Step}: {e}\nNothing was written.");
    }
    return false;
}

string? Value(string option)
{
    var at = options.IndexOf(option);
    if (at < 0 || at + 1 >= options.Count)
        return null;
    var value = options[at + 1];
    options.RemoveRange(at, 2);
    return value;
}

int Usage()
{
    Console.Error.WriteLine("Usage: Devex.Bench BENCH [--aot | --runner PATH]   with the runner of this build, the Native AOT one, or another");
    foreach (var (name, what, _, _) in benches)
        Console.Error.WriteLine($"         {name,-12}{what}");
    Console.Error.WriteLine("       Devex.Bench all [--write docs/performance.md]   everything, with the Native AOT runner");
    return 2;
}
