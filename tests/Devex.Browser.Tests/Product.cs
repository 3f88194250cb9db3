using Devex.Testing;
using Xunit;

[assembly: AssemblyFixture(typeof(Devex.Browser.Tests.Product))]
[assembly: AssemblyFixture(typeof(Devex.Testing.Browser.Chromium))]
[assembly: Xunit.v3.Parallelization(Mode = Xunit.Sdk.ParallelMode.None)]

namespace Devex.Browser.Tests;

internal static class ProductVisits
{
    /// <summary>A person's own browser profile, at the product.</summary>
    public static Task<Visitor> VisitAsync(this Chromium chromium, Product product, int width = 1440, int height = 900, bool light = false) =>
        chromium.VisitAsync(product.Web, width, height, light, product.SaidOf);
}

/// <summary>The whole product, once for all tests.</summary>
public sealed class Product : IAsyncLifetime
{
    private AppHostProgram? _host;

    /// <summary>Address of the dashboard.</summary>
    public Uri Web => _host!.Web;

    /// <summary>Address of the developer's dashboard, with the token that logs in.</summary>
    public Uri Dashboard => _host!.Dashboard;

    /// <summary>What the product's programs said of a REPL.</summary>
    public IEnumerable<string> SaidOf(string repl) => _host!.Output.Where(line => line.Contains(repl, StringComparison.Ordinal));

    /// <summary>One of the product's programs takes connections and answers nothing, until what is returned is disposed of.</summary>
    public IDisposable Silence(string program) => _host!.Silence(program);

    public async ValueTask InitializeAsync() => _host = await AppHostProgram.StartAsync(new Dictionary<string, string?> { ["Imports__Git__Loopback"] = "true" });

    public ValueTask DisposeAsync() => _host?.DisposeAsync() ?? ValueTask.CompletedTask;
}
