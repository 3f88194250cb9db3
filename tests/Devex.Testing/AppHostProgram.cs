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
}
