using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Devex.Core.Snapshots;

internal static class SnapshotsFeature
{
    public static IHostApplicationBuilder AddSnapshots(this IHostApplicationBuilder builder)
    {
        builder.Services.AddOptions<SnapshotOptions>().BindConfiguration("Snapshots");
        builder.Services.AddOptions<SpaceLimits>().BindConfiguration("Limits");
        builder.Services.AddSingleton<SnapshotObjects>();
        builder.Services.AddSingleton<RootChain>();
        builder.Services.AddSingleton<SessionUrls>();
        builder.Services.AddSingleton<SpaceAllowance>();
        builder.Services.AddSingleton<SnapshotMetrics>();
        builder.Services.AddSingleton<Claims>();
        builder.Services.AddSingleton<Commits>();
        builder.Services.AddSingleton<ISnapshots, Snapshots>();
        builder.Services.TryAddSingleton<IWriterGrants, EveryWriter>();
        builder.Services.TryAddSingleton<ISaveAttempts, NoSaveAttempts>();
        builder.Services.TryAddSingleton<ISpaceUse, NoSpaceUse>();
        builder.Services.TryAddSingleton<ICondemned, NothingCondemned>();
        builder.Services.TryAddSingleton<ISnapshotEvents, NoSnapshotEvents>();
        return builder;
    }

    public static IEndpointRouteBuilder MapSnapshots(this IEndpointRouteBuilder endpoints)
    {
        SessionListener.Map(endpoints);
        return endpoints;
    }
}
