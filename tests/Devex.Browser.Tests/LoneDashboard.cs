using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Devex.Testing;

namespace Devex.Browser.Tests;

/// <summary>The dashboard with an AppHost that the test plays: what it is told is up to the test.</summary>
public sealed class LoneDashboard : IAsyncDisposable
{
    private const string Token = "lone-token";

    private static readonly JsonSerializerOptions Web = new(JsonSerializerDefaults.Web);

    private readonly Process _process;
    private long _line;

    private LoneDashboard(Process process, int port) => (_process, Address) = (process, new($"http://localhost:{port}/login?t={Token}"));

    /// <summary>Where a browser logs in.</summary>
    public Uri Address { get; }

    public static async Task<LoneDashboard> StartAsync()
    {
        var info = new ProcessStartInfo(BuiltProgram.Path("Devex.Dashboard")) { RedirectStandardInput = true, RedirectStandardOutput = true };
        foreach (var (name, value) in ((string, string)[])[("Application", "Sample"), ("Token", Token), ("OtlpKey", "key"), ("Port", "0")])
            info.Environment[$"Dashboard__{name}"] = value;
        var process = Process.Start(info)!;
        while (await process.StandardOutput.ReadLineAsync() is { } line)
        {
            using var message = JsonDocument.Parse(line);
            if (message.RootElement.GetProperty("kind").GetString() == "listening")
                return new(process, message.RootElement.GetProperty("port").GetInt32());
        }
        throw new InvalidOperationException($"The dashboard ended with exit code {process.ExitCode}.");
    }

    public Task TellAsync(string name, string state, object? more = null) => WriteAsync(Merge(
        new { kind = "resource", resource = new { } },
        new
        {
            name,
            type = "Project",
            state,
            source = $"{name}.csproj",
            checks = Array.Empty<object>(),
            links = Array.Empty<object>(),
            environment = Array.Empty<object>(),
            properties = Array.Empty<object>(),
            references = Array.Empty<object>(),
            commands = Array.Empty<object>(),
        },
        more));

    /// <summary>Further lines of a resource's console, numbered on.</summary>
    public Task WriteLinesAsync(string resource, IEnumerable<string> lines) => WriteAsync(JsonSerializer.Serialize(new
    {
        kind = "lines",
        lines = lines.Select(text => new { number = ++_line, resource, source = resource, at = DateTimeOffset.UtcNow, text, fromHost = false }),
    }, Web));

    /// <summary>A thousand lines each second until the cancellation.</summary>
    public async Task FloodAsync(string resource, CancellationToken cancellation)
    {
        using var tick = new PeriodicTimer(TimeSpan.FromMilliseconds(100));
        var next = 0;
        try
        {
            while (await tick.WaitForNextTickAsync(cancellation))
            {
                await WriteLinesAsync(resource, Enumerable.Range(next, 100).Select(i => string.Create(
                    CultureInfo.InvariantCulture, $"\e[32minfo\e[39m: Devex.Sample[{i % 40}] request {i} {(i % 500 == 0 ? "needle" : "hay")} took {i % 97} ms")));
                next += 100;
            }
        }
        catch (OperationCanceledException)
        {
        }
    }

    public async ValueTask DisposeAsync()
    {
        // The end of its input is its own end.
        _process.StandardInput.Close();
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        await _process.WaitForExitAsync(limit.Token);
        _process.Dispose();
    }

    private async Task WriteAsync(string json)
    {
        await _process.StandardInput.WriteAsync(json + "\n");
        await _process.StandardInput.FlushAsync();
    }

    private static string Merge(object message, object resource, object? more)
    {
        var node = JsonSerializer.SerializeToNode(message, Web)!.AsObject();
        var merged = JsonSerializer.SerializeToNode(resource, Web)!.AsObject();
        foreach (var (name, value) in more is null ? [] : JsonSerializer.SerializeToNode(more, Web)!.AsObject())
            merged[name] = value?.DeepClone();
        node["resource"] = merged;
        return node.ToJsonString();
    }
}
