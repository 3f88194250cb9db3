using System.Globalization;
using System.Security.Cryptography;
using Aspire.Hosting;
using Devex.Hosting.Endpoints;
using Microsoft.Extensions.Configuration;

namespace Devex.Hosting.Dashboard;

/// <summary>
/// Where the dashboard and its collector of telemetry are in this run. Chosen before anything starts, since every service is told;
/// by the names that Aspire has for them, in configuration, where <c>ProjectEnvironment</c> reads them.
/// </summary>
/// <param name="Port">Of the pages: the one that was asked for, or else Aspire's; 0 for any that is free.</param>
/// <param name="OrAnother">Whether the dashboard takes another where the port is taken when it starts: nobody asked for this one.</param>
/// <param name="Token">What a browser shows to get in.</param>
/// <param name="Grpc">Where OTLP over gRPC is taken.</param>
/// <param name="Http">Where OTLP over HTTP is taken.</param>
/// <param name="ApiKey">What whoever sends telemetry shows.</param>
internal sealed record DashboardSettings(int Port, bool OrAnother, string Token, Uri Grpc, Uri Http, string ApiKey)
{
    private const int AspirePort = 18888;
    private const int KeyBytes = 16;
    private const string GrpcKey = "ASPIRE_DASHBOARD_OTLP_ENDPOINT_URL";
    private const string HttpKey = "ASPIRE_DASHBOARD_OTLP_HTTP_ENDPOINT_URL";

    /// <exception cref="DistributedApplicationException">The port that was asked for is taken; the message names by whom.</exception>
    public static DashboardSettings Choose(IConfiguration configuration)
    {
        configuration[GrpcKey] = Configured(configuration, GrpcKey) ?? Free();
        configuration[HttpKey] = Configured(configuration, HttpKey) ?? Free();
        configuration["AppHost:OtlpApiKey"] = Configured(configuration, "AppHost:OtlpApiKey") ?? NewKey();
        var (port, orAnother) = ChoosePort(configuration);
        return new(
            port,
            orAnother,
            Configured(configuration, "AppHost:BrowserToken") ?? NewKey(),
            new(configuration[GrpcKey]!),
            new(configuration[HttpKey]!),
            configuration["AppHost:OtlpApiKey"]!);
    }

    private static (int Port, bool OrAnother) ChoosePort(IConfiguration configuration)
    {
        if (configuration.GetValue<int?>("Ports:Dashboard") is { } asked)
        {
            return asked == 0 || Ports.IsFree(asked) ? (asked, asked == 0) : throw new DistributedApplicationException(
                $"The dashboard cannot have port {asked}: {(Ports.Holder(asked) is { } process ? $"process {process}" : "another process")} listens on it. "
                + "Stop that one, choose another by `-- --Ports:Dashboard=NNNN`, or start with `-- --no-dashboard`.");
        }

        // As with Aspire, the address in the AppHost's own launch profile is the dashboard's.
        var profile = (configuration["ASPNETCORE_URLS"] ?? "").Split(';').FirstOrDefault(url => url.StartsWith("http:", StringComparison.OrdinalIgnoreCase));
        return (Uri.TryCreate(profile, UriKind.Absolute, out var url) && url.Port > 0 ? url.Port : AspirePort, true);
    }

    private static string? Configured(IConfiguration configuration, string key) => configuration[key] is { Length: > 0 } value ? value : null;

    private static string Free() => string.Create(CultureInfo.InvariantCulture, $"http://localhost:{Ports.Free()}");

    private static string NewKey() => Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(KeyBytes));
}
