using Devex.Core.Tests.Fixtures;
using Devex.Testing;
using Xunit;

namespace Devex.Core.Tests.Operators;

/// <summary>Metrics for Prometheus, on a port of their own.</summary>
[Trait("Tier", "integration")]
public sealed class ManagementPortTests(Stores stores)
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Metrics_are_served_there_and_nowhere_else()
    {
        var port = FreePort.Next();
        await using var core = await CoreHost.StartAsync(stores, settings: new Dictionary<string, string?> { ["Management:Port"] = $"{port}" });
        using var client = core.Client();
        Assert.Equal("Healthy", await client.GetStringAsync("/health", Cancelled));
        using var elsewhere = await client.GetAsync("/metrics", Cancelled);
        Assert.False(elsewhere.IsSuccessStatusCode, $"{elsewhere.StatusCode}");

        using var prometheus = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{port}") };
        var metrics = await prometheus.GetStringAsync("/metrics", Cancelled);
        Assert.Contains("http_server_request_duration_seconds_count{", metrics, StringComparison.Ordinal);
        using var api = await prometheus.GetAsync("/api/repls", Cancelled);
        Assert.Equal(System.Net.HttpStatusCode.NotFound, api.StatusCode);
    }

    [Theory]
    [InlineData("0")]
    [InlineData("65536")]
    [InlineData("nine")]
    public async Task What_is_no_port_is_refused_in_words(string value)
    {
        var e = await Assert.ThrowsAsync<InvalidOperationException>(
            () => CoreHost.StartAsync(stores, settings: new Dictionary<string, string?> { ["Management:Port"] = value }));
        Assert.Contains($"'{value}'", e.Message, StringComparison.Ordinal);
    }
}
