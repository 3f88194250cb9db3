namespace Devex.Core.Runtimes;

internal static class RuntimesFeature
{
    public static IHostApplicationBuilder AddRuntimes(this IHostApplicationBuilder builder)
    {
        return builder;
    }

    public static IEndpointRouteBuilder MapRuntimes(this IEndpointRouteBuilder endpoints)
    {
        return endpoints;
    }
}
