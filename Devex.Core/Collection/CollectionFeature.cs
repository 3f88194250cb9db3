using Devex.Core.Snapshots;

namespace Devex.Core.Collection;

internal static class CollectionFeature
{
    /// <summary>Thinning and collection. To be added before what keeps files, which else takes nothing for condemned.</summary>
    public static IHostApplicationBuilder AddCollection(this IHostApplicationBuilder builder)
    {
        var services = builder.Services;
        services.AddOptions<CollectionOptions>().BindConfiguration("Collection");
        services.AddSingleton<Condemned>();
        services.AddSingleton<ICondemned>(provider => provider.GetRequiredService<Condemned>());
        services.AddSingleton<CollectionMetrics>();
        services.AddSingleton<Collector>();
        services.AddSingleton<CollectionSweep>();
        services.AddHostedService(provider => provider.GetRequiredService<CollectionSweep>());
        return builder;
    }

    public static IEndpointRouteBuilder MapCollection(this IEndpointRouteBuilder endpoints)
    {
        endpoints.MapCollectionEndpoints();
        return endpoints;
    }
}
