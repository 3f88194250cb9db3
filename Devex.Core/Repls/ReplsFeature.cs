using Devex.Core.Snapshots;

namespace Devex.Core.Repls;

internal static class ReplsFeature
{
    public static IHostApplicationBuilder AddRepls(this IHostApplicationBuilder builder)
    {
        builder.Services.AddOptions<ReplLimits>().BindConfiguration("Limits");
        builder.Services.AddSingleton<ReplIndex>();
        builder.Services.AddSingleton<IndexRepair>();
        builder.Services.AddHostedService(services => services.GetRequiredService<IndexRepair>());
        builder.Services.AddSingleton<ReplRecords>();
        builder.Services.AddSingleton<OpenedTimes>();
        builder.Services.AddSingleton<Sessions.IReplRecords>(services => services.GetRequiredService<ReplRecords>());
        builder.Services.AddSingleton<ReplStore>();
        builder.Services.AddSingleton<ReplViews>();
        builder.Services.AddSingleton<SavedStates>();
        builder.Services.AddSingleton<ISpaceUse, SpaceUses>();
        builder.Services.AddSingleton<ReplMaker>();
        builder.Services.AddSingleton<ReplLife>();
        return builder;
    }

    public static IEndpointRouteBuilder MapRepls(this IEndpointRouteBuilder endpoints)
    {
        endpoints.MapReplEndpoints();
        return endpoints;
    }
}
