using System.Text.Json;
using System.Text.Json.Serialization;
using Devex.Contracts.Connections;
using Devex.ServiceDefaults.Errors;
using Devex.ServiceDefaults.Health;
using Devex.ServiceDefaults.Hosts;
using Devex.ServiceDefaults.Proxies;
using Devex.ServiceDefaults.Telemetry;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Http.Resilience;

namespace Devex.ServiceDefaults;

/// <summary>What every service calls first, so that all of them are observed, found, and fail alike.</summary>
public static class ServiceDefaultsExtensions
{
    /// <summary>
    /// Adds telemetry, health checks, service discovery, HTTP resilience, forwarded headers, problem details, JSON
    /// conventions and <see cref="HostsOptions"/>. Requests with unsafe methods (POST, PUT, PATCH, DELETE) are never
    /// retried: whether one took effect is for the caller to find out.
    /// </summary>
    public static TBuilder AddServiceDefaults<TBuilder>(this TBuilder builder)
        where TBuilder : IHostApplicationBuilder
    {
        builder.AddTelemetry();
        builder.AddHosts();
        builder.AddProblems();
        builder.AddKnownProxies();
        builder.Services.AddSelfCheck();
        builder.Services.AddServiceDiscovery();
        builder.Services.ConfigureHttpClientDefaults(http =>
        {
            http.UseSocketsHttpHandler((handler, _) => handler.ConnectCallback = TcpDialer.DialAsync);
            http.AddStandardResilienceHandler(options => options.Retry.DisableForUnsafeHttpMethods());
            http.AddServiceDiscovery();
        });
        builder.Services.ConfigureHttpJsonOptions(options =>
        {
            options.SerializerOptions.PropertyNamingPolicy = JsonNamingPolicy.CamelCase;
            options.SerializerOptions.Converters.Add(new JsonStringEnumConverter(JsonNamingPolicy.CamelCase));
        });
        return builder;
    }

    /// <summary>Maps <c>/health</c> (every check) and <c>/alive</c> (the process answers), both anonymous and for any Host.</summary>
    public static WebApplication MapDefaultEndpoints(this WebApplication app)
    {
        app.MapHealth();
        return app;
    }
}
