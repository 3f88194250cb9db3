using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Options;

namespace Devex.Hosting.Health;

/// <summary>The health checks that the AppHost registered among its services, which resources name by <c>WithHealthCheck</c>.</summary>
internal sealed class RegisteredChecks(HealthCheckService service, IOptions<HealthCheckServiceOptions> options)
{
    /// <exception cref="DistributedApplicationException">A resource names a check that nobody registered: it could never become healthy.</exception>
    public void RefuseUnknown(IEnumerable<IResource> resources)
    {
        var known = options.Value.Registrations.Select(registration => registration.Name).ToHashSet(StringComparer.Ordinal);
        foreach (var resource in resources)
        {
            if (resource.Annotations.OfType<HealthCheckAnnotation>().FirstOrDefault(check => !known.Contains(check.Key)) is { } missing)
            {
                throw new DistributedApplicationException(
                    $"The resource '{resource.Name}' has the health check '{missing.Key}', which is not registered: builder.Services.AddHealthChecks().AddCheck(\"{missing.Key}\", …).");
            }
        }
    }

    /// <summary>Everything that must agree before the resource is healthy.</summary>
    public IReadOnlyList<HealthProbe> ProbesOf(IResource resource) =>
    [
        .. resource.Annotations.OfType<HealthProbe>(),
        .. resource.Annotations.OfType<HealthCheckAnnotation>().Select(check => new HealthProbe(check.Key, cancellation => AskAsync(check.Key, cancellation))),
    ];

    private async Task<string?> AskAsync(string key, CancellationToken cancellation)
    {
        var report = await service.CheckHealthAsync(registration => registration.Name == key, cancellation);
        return report.Entries.Values.Select(entry => entry.Status == HealthStatus.Healthy
            ? null
            : $"{key} is {entry.Status.ToString().ToLowerInvariant()}{(entry.Description ?? entry.Exception?.Message) switch { null => "", var why => $": {why}" }}")
            .FirstOrDefault(problem => problem is not null);
    }
}
