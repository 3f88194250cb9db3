namespace Devex.Core.Identity;

internal static class IdentityFeature
{
    public static IHostApplicationBuilder AddIdentity(this IHostApplicationBuilder builder)
    {
        return builder;
    }

    public static IEndpointRouteBuilder MapIdentity(this IEndpointRouteBuilder endpoints)
    {
        return endpoints;
    }
}
