using Aspire.Hosting.ApplicationModel;
using Devex.Hosting.References;

namespace Aspire.Hosting;

public static partial class ResourceBuilderExtensions
{
    /// <summary>
    /// Gives the connection string as <c>ConnectionStrings__{name}</c> and its parts as <c>{NAME}_{PART}</c>.
    /// What is given follows the flags of <see cref="WithReferenceEnvironment{TDestination}"/> at the time of this call.
    /// </summary>
    public static IResourceBuilder<TDestination> WithReference<TDestination>(
        this IResourceBuilder<TDestination> builder, IResourceBuilder<IResourceWithConnectionString> source, string? connectionName = null, bool optional = false)
        where TDestination : IResourceWithEnvironment
    {
        var resource = source.Resource;
        var flags = builder.InjectionFlags();
        var name = connectionName ?? resource.Name;
        builder.Refers(resource);
        return builder.WithEnvironment(async context =>
        {
            if (flags.HasFlag(ReferenceEnvironmentInjectionFlags.ConnectionString))
            {
                if (context.ExecutionContext.IsRunMode && string.IsNullOrEmpty(await ConnectionStringAsync(resource, optional, context.CancellationToken)))
                {
                    if (optional)
                    {
                        return;
                    }

                    throw new DistributedApplicationException($"The connection string of '{resource.Name}', which '{builder.Resource.Name}' refers to, is empty.");
                }

                context.EnvironmentVariables[resource.ConnectionStringEnvironmentVariable ?? $"ConnectionStrings__{name}"] = resource;
            }

            if (flags.HasFlag(ReferenceEnvironmentInjectionFlags.ConnectionProperties))
            {
                var prefix = connectionName ?? VariableName.Of(resource.Name).ToUpperInvariant();
                foreach (var (property, value) in resource.GetConnectionProperties())
                {
                    context.EnvironmentVariables[$"{VariableName.Of(prefix)}_{property}".ToUpperInvariant()] = value;
                }
            }
        });
    }

    /// <summary>Gives the addresses of all endpoints as <c>services__{name}__{scheme or endpoint}__{n}</c> and <c>{NAME}_{ENDPOINT}</c>.</summary>
    public static IResourceBuilder<TDestination> WithReference<TDestination>(
        this IResourceBuilder<TDestination> builder, IResourceBuilder<IResourceWithServiceDiscovery> source)
        where TDestination : IResourceWithEnvironment =>
        builder.WithEndpoints(source.Resource, null, source.Resource.Name, VariableName.Of(source.Resource.Name).ToUpperInvariant());

    /// <inheritdoc cref="WithReference{TDestination}(IResourceBuilder{TDestination}, IResourceBuilder{IResourceWithServiceDiscovery})"/>
    public static IResourceBuilder<TDestination> WithReference<TDestination>(
        this IResourceBuilder<TDestination> builder, IResourceBuilder<IResourceWithServiceDiscovery> source, string name)
        where TDestination : IResourceWithEnvironment => builder.WithEndpoints(source.Resource, null, name, VariableName.Of(name));

    public static IResourceBuilder<TDestination> WithReference<TDestination>(this IResourceBuilder<TDestination> builder, EndpointReference endpointReference)
        where TDestination : IResourceWithEnvironment => builder.WithEndpoints(
            endpointReference.Resource, endpointReference, endpointReference.Resource.Name, VariableName.Of(endpointReference.Resource.Name).ToUpperInvariant());

    public static IResourceBuilder<TDestination> WithReference<TDestination>(
        this IResourceBuilder<TDestination> builder, IResourceBuilder<ExternalServiceResource> externalService)
        where TDestination : IResourceWithEnvironment
    {
        var resource = externalService.Resource;
        builder.Refers(resource);
        return builder.WithEnvironment(async context =>
        {
            var scheme = await resource.SchemeAsync(context);
            context.EnvironmentVariables[VariableName.Of(resource.Name).ToUpperInvariant()] = resource.UrlExpression;
            context.EnvironmentVariables[$"services__{resource.Name}__{scheme}__0"] = resource.UrlExpression;
        });
    }

    /// <exception cref="InvalidOperationException">The address is relative, or has a path.</exception>
    public static IResourceBuilder<TDestination> WithReference<TDestination>(this IResourceBuilder<TDestination> builder, string name, Uri uri)
        where TDestination : IResourceWithEnvironment
    {
        if (!uri.IsAbsoluteUri || uri.AbsolutePath != "/")
        {
            throw new InvalidOperationException($"The address of '{name}' is '{uri}'; it must be absolute and end with /, since service discovery has no paths.");
        }

        return builder.WithEnvironment($"services__{name}__default__0", uri.ToString()).WithEnvironment(VariableName.Of(name), uri.ToString());
    }

    /// <summary>Chooses which kinds of variables the references that follow give; those before keep theirs.</summary>
    public static IResourceBuilder<TDestination> WithReferenceEnvironment<TDestination>(
        this IResourceBuilder<TDestination> builder, ReferenceEnvironmentInjectionFlags flags)
        where TDestination : IResourceWithEnvironment =>
        builder.WithAnnotation(new ReferenceEnvironmentInjectionAnnotation(flags), ResourceAnnotationMutationBehavior.Replace);

    private static IResourceBuilder<T> WithEndpoints<T>(
        this IResourceBuilder<T> builder, IResourceWithEndpoints source, EndpointReference? only, string serviceName, string prefix)
        where T : IResourceWithEnvironment
    {
        builder.Refers(source);
        return builder.WithEnvironment(context =>
        {
            // Read when the environment is made, for endpoints may be added after the reference.
            var flags = builder.InjectionFlags();
            var counts = new Dictionary<string, int>(StringComparer.OrdinalIgnoreCase);
            foreach (var endpoint in only is null ? source.GetEndpoints() : [only])
            {
                var key = endpoint.EndpointName is "http" or "https" ? endpoint.Scheme : endpoint.EndpointName;
                var index = counts[key] = counts.TryGetValue(key, out var last) ? last + 1 : 0;
                if (flags.HasFlag(ReferenceEnvironmentInjectionFlags.Endpoints))
                {
                    context.EnvironmentVariables[$"{prefix}_{VariableName.Of(endpoint.EndpointName).ToUpperInvariant()}"] = endpoint;
                }

                if (flags.HasFlag(ReferenceEnvironmentInjectionFlags.ServiceDiscovery))
                {
                    context.EnvironmentVariables[$"services__{serviceName}__{key}__{index}"] = endpoint;
                }
            }
        });
    }

    private static async ValueTask<string?> ConnectionStringAsync(IResourceWithConnectionString resource, bool optional, CancellationToken cancellation)
    {
        try
        {
            return await resource.GetConnectionStringAsync(cancellation);
        }
        catch (MissingParameterValueException) when (optional)
        {
            return null;
        }
    }

    private static ReferenceEnvironmentInjectionFlags InjectionFlags<T>(this IResourceBuilder<T> builder)
        where T : IResource =>
        builder.Resource.TryGetLastAnnotation<ReferenceEnvironmentInjectionAnnotation>(out var annotation) ? annotation.Flags : ReferenceEnvironmentInjectionFlags.All;

    private static void Refers<T>(this IResourceBuilder<T> builder, IResource to)
        where T : IResource => builder.WithAnnotation(new ResourceRelationshipAnnotation(to, "Reference"));
}
