namespace Devex.Core.Sessions;

internal static class SessionsFeature
{
    public static IHostApplicationBuilder AddSessions(this IHostApplicationBuilder builder)
    {
        return builder;
    }

    public static IEndpointRouteBuilder MapSessions(this IEndpointRouteBuilder endpoints)
    {
        return endpoints;
    }
}
