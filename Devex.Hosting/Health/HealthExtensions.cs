using Aspire.Hosting.ApplicationModel;
using Devex.Hosting.Health;

namespace Aspire.Hosting;

public static partial class ResourceBuilderExtensions
{
    /// <summary>Calls the resource healthy while a GET of the path (<c>/</c>) answers with the status (200).</summary>
    public static IResourceBuilder<T> WithHttpHealthCheck<T>(this IResourceBuilder<T> builder, string? path = null, int? statusCode = null, string? endpointName = null)
        where T : IResourceWithEndpoints
    {
        var resource = builder.Resource;
        return builder.WithHttpHealthCheck(() => endpointName is not null ? resource.GetEndpoint(endpointName) : FirstHttp(resource), path, statusCode);
    }

    public static IResourceBuilder<T> WithHttpHealthCheck<T>(
        this IResourceBuilder<T> builder, Func<EndpointReference>? endpointSelector, string? path = null, int? statusCode = null)
        where T : IResourceWithEndpoints
    {
        var resource = builder.Resource;
        var select = endpointSelector ?? (() => FirstHttp(resource));
        return builder.WithAnnotation(new HealthProbe($"GET {path ?? "/"}", HttpProbe.For(select, path ?? "/", statusCode ?? 200)));
    }

    /// <summary>Adds a health check that is registered among the builder's services under this key.</summary>
    public static IResourceBuilder<T> WithHealthCheck<T>(this IResourceBuilder<T> builder, string key)
        where T : IResource
    {
        if (builder.Resource.Annotations.OfType<HealthCheckAnnotation>().Any(check => check.Key == key))
        {
            throw new DistributedApplicationException($"The resource '{builder.Resource.Name}' has the health check '{key}' already.");
        }

        return builder.WithAnnotation(new HealthCheckAnnotation(key));
    }

    private static EndpointReference FirstHttp(IResourceWithEndpoints resource) =>
        resource.GetEndpoints().FirstOrDefault(endpoint => endpoint.IsHttp) ?? resource.GetEndpoints().FirstOrDefault(endpoint => endpoint.IsHttps)
        ?? throw new DistributedApplicationException($"The resource '{resource.Name}' has an HTTP health check but no HTTP endpoint.");
}
