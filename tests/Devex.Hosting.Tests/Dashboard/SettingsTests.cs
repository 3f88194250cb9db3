using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Aspire.Hosting;
using Devex.Hosting.Dashboard;
using Microsoft.Extensions.Configuration;

namespace Devex.Hosting.Tests.Dashboard;

public sealed class SettingsTests
{
    [Fact]
    public void Every_service_is_told_where_telemetry_goes_and_each_run_has_its_own_keys()
    {
        var (one, other) = (Configuration(), Configuration());
        var settings = DashboardSettings.Choose(one);
        Assert.Equal(settings.Grpc.OriginalString, one["ASPIRE_DASHBOARD_OTLP_ENDPOINT_URL"]);
        Assert.Equal(settings.ApiKey, one["AppHost:OtlpApiKey"]);
        Assert.Matches("^[0-9a-f]{32}$", settings.Token);
        var again = DashboardSettings.Choose(other);
        Assert.NotEqual((settings.Token, settings.ApiKey), (again.Token, again.ApiKey));
    }

    [Fact]
    public void What_is_configured_as_for_Aspire_is_taken()
    {
        var settings = DashboardSettings.Choose(Configuration(
            ("ASPIRE_DASHBOARD_OTLP_ENDPOINT_URL", "http://localhost:19210"), ("AppHost:BrowserToken", "mine"), ("AppHost:OtlpApiKey", "key")));
        Assert.Equal((19210, "mine", "key"), (settings.Grpc.Port, settings.Token, settings.ApiKey));
    }

    [Fact]
    public void A_port_that_was_asked_for_is_the_one_or_the_process_that_has_it_is_named_and_any_other_may_be_another()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var port = ((IPEndPoint)listener.LocalEndpoint).Port.ToString(CultureInfo.InvariantCulture);
        var wished = DashboardSettings.Choose(Configuration(("ASPNETCORE_URLS", $"http://localhost:{port}")));
        Assert.Equal((port, true), (wished.Port.ToString(CultureInfo.InvariantCulture), wished.OrAnother));
        var refusal = Assert.Throws<DistributedApplicationException>(() => DashboardSettings.Choose(Configuration(("Ports:Dashboard", port))));
        Assert.Contains($"process {Environment.ProcessId} (", refusal.Message);
        Assert.Contains("--no-dashboard", refusal.Message);
    }

    [Fact]
    public void The_switch_takes_no_value_from_the_argument_behind_it()
    {
        using var sample = new Sample("--no-dashboard", "--Ports:Web=1234");
        Assert.Equal("1234", sample.Builder.Configuration["Ports:Web"]);
    }

    private static IConfiguration Configuration(params (string Key, string Value)[] values) =>
        new ConfigurationBuilder().AddInMemoryCollection(values.ToDictionary(value => value.Key, value => (string?)value.Value)).Build();
}
