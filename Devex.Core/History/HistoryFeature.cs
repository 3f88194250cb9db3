using Devex.Core.Snapshots;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Devex.Core.History;

internal static class HistoryFeature
{
    /// <summary>Restore points: reading, comparing, restoring, forking. To be added after what runs sessions and keeps files.</summary>
    public static IHostApplicationBuilder AddHistory(this IHostApplicationBuilder builder)
    {
        var services = builder.Services;
        services.AddOptions<HistoryOptions>().BindConfiguration("History");
        services.TryAddSingleton<SnapshotObjects>();
        services.TryAddSingleton<RootChain>();
        services.TryAddSingleton<ICondemned, NothingCondemned>();
        services.TryAddSingleton<ISnapshotEvents, NoSnapshotEvents>();
        services.AddSingleton<PageCache>();
        services.AddSingleton<RestorePoints>();
        services.AddSingleton<HistoryQueue>();
        services.AddSingleton<HistorySearch>();
        services.AddSingleton<HistoryRestore>();
        services.AddSingleton<HistoryForks>();
        services.AddSingleton<RunningFiles>();
        return builder;
    }

    public static IEndpointRouteBuilder MapHistory(this IEndpointRouteBuilder endpoints)
    {
        endpoints.MapHistoryEndpoints();
        return endpoints;
    }
}
