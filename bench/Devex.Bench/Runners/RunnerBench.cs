using Devex.Bench.Reporting;
using Devex.Testing;
using Devex.Testing.Runner;

namespace Devex.Bench.Runners;

/// <summary>From the spawn of <c>serve</c> to its first answer, and what it holds once control was accepted and it had nothing to do.</summary>
internal static class RunnerBench
{
    private const int Starts = 20;
    private const int Idles = 5;

    // The runner gives back what starting took after two seconds without a request.
    private static readonly TimeSpan Quiet = TimeSpan.FromSeconds(4);

    public static async Task RunAsync(BenchRun run)
    {
        await MeasureAsync(run, await run.RunnerAsync(), run.RunnerName);
        if (run.Native)
            await MeasureAsync(run, BuiltProgram.Path("Devex.Runner"), "JIT");
    }

    private static async Task MeasureAsync(BenchRun run, string runner, string name)
    {
        var starts = new List<double>();
        var (controlled, idles) = (new List<MemoryUse>(), new List<MemoryUse>());
        for (var i = 0; i < Starts; i++)
        {
            run.Begin($"starting the runner ({name}), {i + 1} of {Starts}");
            await using var program = await RunnerProgram.StartAsync(runner);
            starts.Add(program.StartTime.TotalMilliseconds);
            if (i >= Idles)
                continue;
            await program.Client.ControlAsync();
            controlled.Add(MemoryUse.Of(program.Process.Id));
            // Nothing is to be waited for but that nothing happens.
            using var timer = new PeriodicTimer(Quiet);
            await timer.WaitForNextTickAsync();
            idles.Add(MemoryUse.Of(program.Process.Id));
        }

        run.Add(new Figure($"runner, {name}: spawn to the first answer to `/alive`", $"p50 of {Starts}, over its Unix socket", starts.Median(), "ms"));
        run.Add(new Figure($"runner, {name}: the slowest of those", $"maximum of {Starts}", starts.Max(), "ms"));
        run.Add(new Figure($"runner, {name}: control accepted, resident", $"p50 of {Idles}", controlled.ConvertAll(use => use.Resident).Median(), "MiB"));
        var how = $"p50 of {Idles}, {Quiet.TotalSeconds} s after control";
        run.Add(new Figure($"runner, {name}: idle, resident", how, idles.ConvertAll(use => use.Resident).Median(), "MiB"));
        run.Add(new Figure($"runner, {name}: idle, private", how, idles.ConvertAll(use => use.Private).Median(), "MiB"));
        run.Add(new Figure($"runner, {name}: idle, written by itself", how, idles.ConvertAll(use => use.Dirty).Median(), "MiB"));
        if (!File.Exists(runner + ".dll"))
            run.Add(new Figure($"runner, {name}: size of the program", "file", new FileInfo(runner).Length / (double)(1 << 20), "MiB"));
    }
}
