using Devex.Testing;
using Xunit;

[assembly: AssemblyFixture(typeof(Devex.Browser.Tests.Product))]
[assembly: Xunit.v3.Parallelization(Mode = Xunit.Sdk.ParallelMode.None)]

namespace Devex.Browser.Tests;

/// <summary>The whole product, started as a contributor starts it, on free ports and with a data folder of its own.</summary>
public sealed class Product : IAsyncLifetime
{
    private readonly TempFolder _data = new();
    private ProgramProcess? _appHost;

    /// <summary>Address of the dashboard.</summary>
    public Uri Web { get; private set; } = new("http://localhost");

    /// <summary>Address of the developer's dashboard, with the token that logs in.</summary>
    public Uri Dashboard => new(_appHost!.Output.Last(line => line.StartsWith("Dashboard: ", StringComparison.Ordinal))["Dashboard: ".Length..]);

    /// <summary>Everything that the product printed so far.</summary>
    public string Output => _appHost?.OutputText ?? "";

    public async ValueTask InitializeAsync()
    {
        var (web, gateway) = (FreePort.Next(), FreePort.Next());
        Web = new Uri($"http://localhost:{web}");
        _appHost = ProgramProcess.Start(
            BuiltProgram.Path("Devex.AppHost"),
            [$"--Ports:Web={web}", $"--Ports:Gateway={gateway}", $"--Devex:DataFolder={_data.Path}"],
            new Dictionary<string, string?> { ["DOTNET_ENVIRONMENT"] = "Development", ["ASPNETCORE_ENVIRONMENT"] = "Development", ["Imports__Git__Loopback"] = "true" },
            Path.Combine(BuiltProgram.RepositoryRoot, "Devex.AppHost"));
        // A machine that builds and tests at once starts five programs slowly.
        await _appHost.WaitForLineAsync("Devex is ready", TimeSpan.FromMinutes(4));
        await _appHost.WaitForLineAsync("^Dashboard: ", TimeSpan.FromMinutes(4));
    }

    /// <summary>Ctrl-C: sessions are saved, everything ends.</summary>
    public async Task<int> InterruptAsync()
    {
        if (_appHost is null)
            return 0;
        if (!_appHost.HasExited)
            _appHost.Signal(2);
        return await _appHost.WaitForExitAsync(TimeSpan.FromMinutes(4));
    }

    public async ValueTask DisposeAsync()
    {
        await InterruptAsync();
        if (_appHost is not null)
            await _appHost.DisposeAsync();
        _data.Dispose();
    }
}
