using System.Globalization;
using System.Runtime.InteropServices;
using Devex.Bench;
using Devex.Bench.Documents;
using Devex.Bench.Repls;
using Devex.Bench.Reporting;
using Devex.Bench.Runners;
using Devex.Bench.Saving;
using Devex.Bench.Sessions;
using Devex.Bench.Snapshots;
using Devex.Bench.Storage;
using Devex.Bench.Terminals;
using Devex.Bench.Workbench;
using Devex.Testing;
using Microsoft.Playwright;

const string Load = "sessions-";
(string Name, string What, TimeSpan Limit, Func<BenchRun, Task> Run)[] benches =
[
    ("runner", "start and idle memory of the runner", TimeSpan.FromMinutes(2), RunnerBench.RunAsync),
    ("terminals", "throughput and echo, beside the kernel's own pseudo-terminal and ttyd", TimeSpan.FromMinutes(12), TerminalBench.RunAsync),
    ("browser-terminals", "throughput and Ctrl-C in a browser, beside code-server's terminal and ttyd", TimeSpan.FromMinutes(9), BrowserTerminalBench.RunAsync),
    ("workbench", "bytes, time to an editable file and key to screen in a browser, beside code-server", TimeSpan.FromMinutes(16), WorkbenchBench.RunAsync),
    ("collaboration", "fifty people who type into one document, beside y-websocket", TimeSpan.FromMinutes(12), CollaborationBench.RunAsync),
    ("repls", "start, stop and reopening of REPLs in the Process runtime", TimeSpan.FromMinutes(4), ReplBench.RunAsync),
    ("snapshots-node", "save and restore of 2,600 small files, beside restic, rclone, tar and an object per file", TimeSpan.FromMinutes(6), SnapshotBench.Of(Workspace.Node)),
    ("snapshots-many", "the same of 10,000 files, 200 MB", TimeSpan.FromMinutes(10), SnapshotBench.Of(Workspace.Large)),
    ("snapshots-big", "the same of one file of 1 GB with one changed page", TimeSpan.FromMinutes(10), SnapshotBench.Of(Workspace.Big)),
    ("saver-edits", "the saver among 100,000 files: an edit, and nothing new", TimeSpan.FromMinutes(5), SaverBench.EditsAsync),
    ("saver-typing", "the saver among 100,000 files: a minute of typing", TimeSpan.FromMinutes(5), SaverBench.TypingAsync),
    ("saver-install", "npm install, with the saver and without", TimeSpan.FromMinutes(4), SaverBench.InstallAsync),
    ("commits", "2,000 REPLs that commit every 5 s through one Core", TimeSpan.FromMinutes(5), CommitsBench.RunAsync),
    (Load + "few", "50 sessions on a cluster's control plane: that the next ones work", TimeSpan.FromMinutes(6), SessionsBench.Of(new LoadPlan(50, 1, 5, TimeSpan.FromSeconds(20)))),
    (Load + "one", "2,000 sessions on a cluster's control plane, one replica of Core", TimeSpan.FromMinutes(30), SessionsBench.Of(new LoadPlan(2_000, 1, 5, TimeSpan.FromMinutes(2)))),
    (Load + "two", "the same with two replicas that share the work", TimeSpan.FromMinutes(30), SessionsBench.Of(new LoadPlan(2_000, 2, 5, TimeSpan.FromMinutes(2)))),
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
var asked = args.FirstOrDefault();
// Those of sessions need a cluster, which tests/cluster/load.sh brings up.
var chosen = benches.Where(bench => (asked == "all" && !bench.Name.StartsWith(Load, StringComparison.Ordinal)) || bench.Name == asked || bench.Name.StartsWith(asked + "-", StringComparison.Ordinal)).ToArray();
if (chosen.Length == 0 || options.Count > 0)
    return Usage();

// Hosts inside this program take signals for theirs, and would end without it.
using var ended = new CancellationTokenSource();
using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, End);
using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, End);
using var temporary = new TempFolder("devex-bench-");
// Whatever ends this, all that was written goes with it.
Environment.SetEnvironmentVariable("TMPDIR", temporary.Path);
Console.WriteLine(string.Join('\n', Describe()));
var code = await RunAsync();
await ProgramProcess.KillAllAsync();
return code;

async Task<int> RunAsync()
{
    await using var run = new BenchRun(native || asked == "all", runner, ended.Token);
    if (run.Native && !await SucceedsAsync(run, "the publish", TimeSpan.FromMinutes(9), run => run.RunnerAsync()))
        return 1;
    foreach (var bench in chosen)
    {
        var (machine, before) = (Describe(), run.Figures.Count);
        if (!await SucceedsAsync(run, bench.Name, bench.Limit, bench.Run))
            return 1;
        if (page is not null)
            await PerformancePage.WriteAsync(page, bench.Name, PerformancePage.Table(machine, [.. run.Figures.Skip(before)]));
    }
    return 0;
}

async Task<bool> SucceedsAsync(BenchRun run, string name, TimeSpan limit, Func<BenchRun, Task> action)
{
    // On the pool, because some wait without letting go of their thread.
    var running = Task.Run(() => action(run));
    try
    {
        await running.WaitAsync(limit, ended.Token);
        return true;
    }
    catch (OperationCanceledException) when (ended.IsCancellationRequested)
    {
        // Without its programs it fails, and takes what it made with it. Sessions outlive a Core that is killed: that of all benches ends them first.
        await run.DisposeAsync();
        await ProgramProcess.KillAllAsync();
        await Task.WhenAny(running, Task.Delay(TimeSpan.FromMinutes(1)));
        await Console.Error.WriteLineAsync($"{name} was ended by a signal while {run.Step}. Nothing of it was written.");
    }
    catch (TimeoutException) when (!running.IsCompleted)
    {
        await Console.Error.WriteLineAsync(string.Create(
            CultureInfo.InvariantCulture, $"{name} did not end within {limit.TotalSeconds:0} s; it hung or was too slow while {run.Step}. Nothing of it was written."));
    }
    catch (Exception e) when (e is InvalidOperationException or IOException or HttpRequestException or OperationCanceledException or TimeoutException or PlaywrightException
        or System.Net.WebSockets.WebSocketException)
    {
        await Console.Error.WriteLineAsync($"{name} failed while {run.Step}: {e}\nNothing of it was written.");
    }
    return false;
}

IReadOnlyList<string> Describe() =>
    Machine.Describe(
        TimeProvider.System.GetUtcNow(),
        $"{(args[0].StartsWith(Load, StringComparison.Ordinal) ? "tests/cluster/load.sh" : "dotnet run -c Release --project bench/Devex.Bench --")} {string.Join(' ', args)}");

void End(PosixSignalContext context)
{
    context.Cancel = true;
    ended.Cancel();
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
    Console.Error.WriteLine("Usage: Devex.Bench BENCH [--aot | --runner PATH] [--write docs/performance.md]   with the runner of this build, the Native AOT one, or another");
    foreach (var (name, what, _, _) in benches)
        Console.Error.WriteLine($"         {name,-18}{what}");
    Console.Error.WriteLine("       A name without its ending is all that begin with it: snapshots, saver.");
    Console.Error.WriteLine("       tests/cluster/load.sh sessions-NAME [--write docs/performance.md]   those of sessions, on a control plane of their own; needs root");
    Console.Error.WriteLine("       Devex.Bench all [--write docs/performance.md]   everything else, with the Native AOT runner");
    return 2;
}
