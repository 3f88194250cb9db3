using System.Globalization;
using Devex.ServiceDefaults.Health;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Trace;

namespace Devex.ServiceDefaults.Telemetry;

internal static class TelemetryExtensions
{
    /// <summary>Sources and meters of our own are named <c>Devex.…</c> or, by semantic convention, <c>devex.…</c> (matching ignores case).</summary>
    private const string Ours = "Devex.*";

    /// <summary>Categories that tell of every request; spans do that better. Configuration of the same category wins.</summary>
    private static readonly string[] Talkative = ["Microsoft.AspNetCore", "System.Net.Http.HttpClient", "Polly", "Yarp"];

    public static void AddTelemetry(this IHostApplicationBuilder builder)
    {
        foreach (var category in Talkative.Where(category => builder.Configuration[$"Logging:LogLevel:{category}"] is null))
        {
            builder.Logging.AddFilter(category, LogLevel.Warning);
        }

        builder.Logging.AddOpenTelemetry(logging =>
        {
            logging.IncludeFormattedMessage = true;
            logging.IncludeScopes = true;
        });

        var telemetry = builder.Services.AddOpenTelemetry()
            .WithMetrics(metrics => metrics
                .AddMeter(Ours)
                .AddAspNetCoreInstrumentation()
                .AddHttpClientInstrumentation()
                .AddRuntimeInstrumentation())
            .WithTracing(tracing => tracing
                .AddSource(Ours, builder.Environment.ApplicationName)
                .AddAspNetCoreInstrumentation(options => options.Filter = context => !HealthEndpoints.IsHealthPath(context.Request.Path))
                .AddHttpClientInstrumentation());

        // A listener of its own, so that no route of ours is near it; who reaches it is for the network to say.
        if (ManagementPort(builder.Configuration) is { } port)
        {
            telemetry.WithMetrics(metrics => metrics.AddPrometheusHttpListener(options => options.ConfigureHttpListener = (_, listener) =>
            {
                // Asked for by address; the exporter itself knows names only.
                listener.Prefixes.Clear();
                listener.Prefixes.Add($"http://*:{port}/metrics/");
            }));
        }

        // Without a collector an exporter would only retry and log its failures.
        if (!string.IsNullOrWhiteSpace(builder.Configuration["OTEL_EXPORTER_OTLP_ENDPOINT"]))
        {
            telemetry.UseOtlpExporter();
        }
    }

    /// <summary><c>Management:Port</c>; null: metrics are served nowhere.</summary>
    /// <exception cref="InvalidOperationException">It is no port.</exception>
    private static int? ManagementPort(IConfiguration configuration) => configuration["Management:Port"] switch
    {
        null or "" => null,
        var value when int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var port) && port is > 0 and < 65_536 => port,
        var value => throw new InvalidOperationException($"Management:Port is '{value}'; it is a port from 1 to 65535, or empty for none."),
    };
}
