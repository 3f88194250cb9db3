using System.Diagnostics;
using System.Globalization;
using Devex.Bench.Programs;
using Devex.Bench.Reporting;
using Devex.Testing;
using Devex.Testing.Runner;

namespace Devex.Bench;

/// <summary>What one run of this program measures with, what it has found, and what it is doing, so that a hang can be told.</summary>
/// <param name="native">Whether figures are those of the Native AOT runner; else of the build's own.</param>
/// <param name="given">A runner to measure instead; null for ours.</param>
/// <param name="ended">Somebody wants this program to end.</param>
internal sealed class BenchRun(bool native, string? given, CancellationToken ended) : IAsyncDisposable
{
    private readonly List<Figure> _figures = [];
    private readonly long _started = Stopwatch.GetTimestamp();
    private Stack? _stack;

    public IReadOnlyList<Figure> Figures => _figures;

    /// <summary>What is done now.</summary>
    public string Step { get; private set; } = "starting";

    public bool Native => native && given is null;

    /// <summary>What to call the runner in the table.</summary>
    public string RunnerName => given ?? (native ? "Native AOT" : "JIT");

    public async Task<string> RunnerAsync()
    {
        if (given is not null || !native)
            return given ?? BuiltProgram.Path("Devex.Runner");
        Begin("finding the Native AOT runner, or publishing it");
        return await NativeRunner.EnsureAsync(TimeSpan.FromMinutes(8));
    }

    /// <summary>Core, Gateway, Redis and S3 as their programs, with this run's runner; one for the whole run.</summary>
    public async Task<Stack> StackAsync()
    {
        if (_stack is not null)
            return _stack;
        var runner = await RunnerAsync();
        Begin("starting Redis, S3, Core and Gateway");
        return _stack = await Stack.StartAsync(runner);
    }

    /// <summary>For what takes long without beginning anything.</summary>
    public CancellationToken Ended => ended;

    public void Begin(string step)
    {
        ended.ThrowIfCancellationRequested();
        Step = step;
        Console.Error.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{Stopwatch.GetElapsedTime(_started).TotalSeconds,6:0.0} s  {step}"));
    }

    public void Add(Figure figure)
    {
        _figures.Add(figure);
        Console.WriteLine(figure.Cells());
    }

    /// <summary>Ends what all benches share, and the sessions in it. May be called again.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _stack, null) is { } stack)
            await stack.DisposeAsync();
    }
}
