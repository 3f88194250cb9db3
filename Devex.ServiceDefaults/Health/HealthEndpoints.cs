using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Diagnostics.HealthChecks;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Devex.ServiceDefaults.Health;

internal static class HealthEndpoints
{
    private const string Live = "live";
    private static readonly PathString Health = "/health";
    private static readonly PathString Alive = "/alive";

    /// <summary>Probes come by address, from kubelet or AppHost, and carry no host name of ours.</summary>
    public static bool IsHealthPath(PathString path) => path == Health || path == Alive;

    public static void AddSelfCheck(this IServiceCollection services) =>
        services.AddHealthChecks().AddCheck("self", () => HealthCheckResult.Healthy(), [Live]);

    public static void MapHealth(this IEndpointRouteBuilder endpoints)
    {
        endpoints.MapHealthChecks(Health.Value!).AllowAnonymous();
        endpoints.MapHealthChecks(Alive.Value!, new HealthCheckOptions { Predicate = check => check.Tags.Contains(Live) }).AllowAnonymous();
    }
}
