using System.Diagnostics;
using Devex.Contracts;
using Devex.Testing;

namespace Devex.Bench.Snapshots;

/// <summary>The runner's commands for one session, as whole processes.</summary>
internal sealed class SnapshotCommands
{
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

    /// <summary>Milliseconds from spawn to exit.</summary>
    public Task<double> TimeAsync(params string[] arguments) => TimeAsync(_runner, arguments, _environment);

    /// <summary>The same of any program.</summary>
    /// <exception cref="InvalidOperationException">It did not succeed; the message has its output.</exception>
    public static async Task<double> TimeAsync(string program, string[] arguments, IReadOnlyDictionary<string, string?>? environment = null)
    {
        var started = Stopwatch.GetTimestamp();
        await using var process = ProgramProcess.Start(program, arguments, environment);
        var code = await process.WaitForExitAsync();
        return code == 0
            ? Stopwatch.GetElapsedTime(started).TotalMilliseconds
            : throw new InvalidOperationException($"{program} {string.Join(' ', arguments)} ended with {code}:\n{process.OutputText}");
    }
}
