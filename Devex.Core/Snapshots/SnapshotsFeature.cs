namespace Devex.Core.Snapshots;

internal static class SnapshotsFeature
{
    public static IHostApplicationBuilder AddSnapshots(this IHostApplicationBuilder builder)
    {
        return builder;
    }

    public static IEndpointRouteBuilder MapSnapshots(this IEndpointRouteBuilder endpoints)
    {
        return endpoints;
    }
}
