using System.Globalization;

namespace Devex.Testing;

/// <summary>The whole product, started as a contributor starts it, on free ports and with a data folder of its own.</summary>
public sealed class AppHostProgram : IAsyncDisposable
{
    // A machine that builds and tests at once starts five programs slowly.
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(4);

    private readonly TempFolder _data = new();
    private readonly ProgramProcess _program;

    private AppHostProgram(IReadOnlyDictionary<string, string?> environment)
    {
        (WebPort, GatewayPort) = (FreePort.Next(), FreePort.Next());
        _program = ProgramProcess.Start(
            BuiltProgram.Path("Devex.AppHost"),
            [$"--Ports:Web={WebPort}", $"--Ports:Gateway={GatewayPort}", $"--Devex:DataFolder={_data.Path}"],
            new Dictionary<string, string?>(environment) { ["DOTNET_ENVIRONMENT"] = "Development", ["ASPNETCORE_ENVIRONMENT"] = "Development" },
            Path.Combine(BuiltProgram.RepositoryRoot, "Devex.AppHost"));
    }

    public int WebPort { get; }

    public int GatewayPort { get; }

    /// <summary>Address of the dashboard.</summary>
    public Uri Web => new($"http://localhost:{WebPort}");

    /// <summary>Address of the developer's dashboard, with the token that logs in.</summary>
    public Uri Dashboard => new(_program.Output.Last(line => line.StartsWith("Dashboard: ", StringComparison.Ordinal))["Dashboard: ".Length..]);

    /// <summary>What its programs have said so far.</summary>
    public IReadOnlyList<string> Output => _program.Output;

    /// <summary>The process that all others descend from.</summary>
    public int Id => _program.Id;

    /// <summary>One of the product's programs takes connections and answers nothing, until what is returned is disposed of.</summary>
    public IDisposable Silence(string program)
    {
        var id = Directory.EnumerateDirectories("/proc").Select(folder => int.TryParse(Path.GetFileName(folder), out var found) ? found : 0)
            .Single(found => found > 0 && IsChild(found) && Path.GetFileName(Read(found, "cmdline").Split('\0')[0]) == program);
        return new Silenced(id);

        bool IsChild(int found) => Read(found, "stat") is { Length: > 0 } stat && stat[(stat.LastIndexOf(')') + 2)..].Split(' ')[1] == Id.ToString(CultureInfo.InvariantCulture);
    }

    public static async Task<AppHostProgram> StartAsync(IReadOnlyDictionary<string, string?>? environment = null)
    {
        var host = new AppHostProgram(environment ?? new Dictionary<string, string?>());
        try
        {
            await host._program.WaitForLineAsync("Devex is ready", Patience);
            await host._program.WaitForLineAsync("^Dashboard: ", Patience);
            return host;
        }
        catch
        {
            await host.DisposeAsync();
            throw;
        }
    }

    /// <summary>Ctrl-C: sessions are saved, everything ends.</summary>
    /// <exception cref="InvalidOperationException">A session was left; the message has what the AppHost said last.</exception>
    public async ValueTask DisposeAsync()
    {
        if (!_program.HasExited)
            _program.Signal(2);
        await _program.WaitForExitAsync(Patience);
        await _program.DisposeAsync();
        var left = Directory.Exists(_data["runtime"]) ? Directory.GetFiles(_data["runtime"], "session.json", new EnumerationOptions { RecurseSubdirectories = true, MaxRecursionDepth = 1 }) : [];
        if (left.Length > 0)
            throw new InvalidOperationException($"{left.Length} sessions were left in {_data.Path}. Output:\n{string.Join('\n', _program.Output.TakeLast(200))}");
        _data.Dispose();
    }

    private static string Read(int process, string what)
    {
        try
        {
            return File.ReadAllText($"/proc/{process}/{what}");
        }
        catch (IOException)
        {
            // It has ended.
            return "";
        }
    }

    private sealed class Silenced : IDisposable
    {
        private readonly int _process;

        public Silenced(int process)
        {
            _process = process;
            ProgramProcess.Signal(process, 19);
        }

        public void Dispose() => ProgramProcess.Signal(_process, 18);
    }
}
