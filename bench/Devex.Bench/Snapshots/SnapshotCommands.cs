using System.Diagnostics;
using Devex.Contracts;
using Devex.Testing;

namespace Devex.Bench.Snapshots;

/// <summary>The runner's commands for one session, as whole processes.</summary>
internal sealed class SnapshotCommands
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    private readonly string _runner;
    private readonly Dictionary<string, string?> _environment;

    public SnapshotCommands(string runner, string folder, string coreUrl, ReplId id, string bootstrap)
    {
        _runner = runner;
        Files = Path.Combine(folder, "files");
        var control = Directory.CreateDirectory(Path.Combine(folder, "control")).FullName;
        Directory.CreateDirectory(Files);
        File.WriteAllText(Path.Combine(control, "core.json"), $$"""{"url":"{{coreUrl}}"}""");
        File.WriteAllText(Path.Combine(control, "bootstrap"), bootstrap);
        _environment = new Dictionary<string, string?> { ["DEVEX_REPL"] = id.ToString(), ["DEVEX_FILES"] = Files, ["DEVEX_CONTROL"] = control };
    }

    public string Files { get; }

    /// <summary>Most memory of the command timed last, MiB, as the kernel counts it (<c>VmHWM</c>, looked at each 10 ms).</summary>
    public double Peak { get; private set; }

    /// <summary>Where Core and the commands keep what they tell each other.</summary>
    public string Control => _environment["DEVEX_CONTROL"]!;

    /// <summary>Milliseconds from spawn to exit.</summary>
    public async Task<double> TimeAsync(params string[] arguments)
    {
        var started = Stopwatch.GetTimestamp();
        await using var process = ProgramProcess.Start(_runner, arguments, _environment);
        var ended = process.WaitForExitAsync(Patience);
        for (Peak = 0; await Task.WhenAny(ended, Task.Delay(10)) != ended;)
            Peak = Math.Max(Peak, ProcessUse.PeakOf(process.Id));
        return Ended(await ended, process, _runner, arguments, started);
    }

    /// <summary>Starts a command that goes on.</summary>
    public ProgramProcess Start(params string[] arguments) => ProgramProcess.Start(_runner, arguments, _environment);

    /// <summary>Milliseconds of any program.</summary>
    /// <exception cref="InvalidOperationException">It did not succeed; the message has its output.</exception>
    public static async Task<double> RunAsync(string program, string[] arguments, IReadOnlyDictionary<string, string?>? environment = null, string? folder = null)
    {
        var started = Stopwatch.GetTimestamp();
        await using var process = ProgramProcess.Start(program, arguments, environment, folder);
        return Ended(await process.WaitForExitAsync(Patience), process, program, arguments, started);
    }

    private static double Ended(int code, ProgramProcess process, string program, string[] arguments, long started) => code == 0
        ? Stopwatch.GetElapsedTime(started).TotalMilliseconds
        : throw new InvalidOperationException($"{program} {string.Join(' ', arguments)} ended with {code}:\n{process.OutputText}");
}
