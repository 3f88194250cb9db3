namespace Devex.Core.Events;

internal static class EventsFeature
{
    public static IHostApplicationBuilder AddEvents(this IHostApplicationBuilder builder)
    {
        return builder;
    }

    public static IEndpointRouteBuilder MapEvents(this IEndpointRouteBuilder endpoints)
    {
        return endpoints;
    }
}
