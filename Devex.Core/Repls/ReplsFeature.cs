namespace Devex.Core.Repls;

internal static class ReplsFeature
{
    public static IHostApplicationBuilder AddRepls(this IHostApplicationBuilder builder)
    {
        return builder;
    }

    public static IEndpointRouteBuilder MapRepls(this IEndpointRouteBuilder endpoints)
    {
        return endpoints;
    }
}
