using Devex.Core.Access;
using Devex.Core.Errors;
using Devex.Core.Identity;
using Devex.ServiceDefaults.Hosts;
using Microsoft.Extensions.Options;

namespace Devex.Core.Events;

internal static class EventsFeature
{
    public const int MaxConnectionsPerUser = 64;

    private static readonly TimeSpan Ping = TimeSpan.FromSeconds(20);

    public static IHostApplicationBuilder AddEvents(this IHostApplicationBuilder builder)
    {
        builder.Services.AddSingleton<IReplEvents, ReplEvents>();
        builder.Services.AddSingleton<IEventViews, EventViews>();
        builder.Services.AddSingleton<EventHub>();
        builder.Services.AddSingleton<Welcome>();
        builder.Services.AddHostedService(services => services.GetRequiredService<EventHub>());
        return builder;
    }

    public static IEndpointRouteBuilder MapEvents(this IEndpointRouteBuilder endpoints)
    {
        endpoints.MapGet("/api/events", ConnectAsync).WithName("ReadEvents").WithTags("Events")
            .WithSummary("WebSocket: all REPLs of the reader, then every change, one DevexEvent per text frame.")
            .Produces(StatusCodes.Status101SwitchingProtocols)
            .ProducesProblem(StatusCodes.Status400BadRequest).ProducesProblem(StatusCodes.Status401Unauthorized)
            .ProducesProblem(StatusCodes.Status403Forbidden).ProducesProblem(StatusCodes.Status429TooManyRequests);
        return endpoints;
    }

    private static async Task ConnectAsync(
        HttpContext context, EventHub hub, IEventViews views, Welcome welcome, IOptions<HostsOptions> hosts, TimeProvider time,
        IHostApplicationLifetime lifetime)
    {
        var caller = context.Caller();
        CheckOrigin(context, caller, hosts.Value);
        if (!context.WebSockets.IsWebSocketRequest)
            throw new ApiProblem(StatusCodes.Status400BadRequest, "events.webSocket", "This is a WebSocket: send an upgrade.");
        var reader = new EventReader(caller.User.Id);
        // Before the upgrade, so that fifty at once are counted one by one.
        using var registration = hub.TryAdd(reader, MaxConnectionsPerUser)
            ?? throw new ApiProblem(StatusCodes.Status429TooManyRequests, "events.limit", $"You have {MaxConnectionsPerUser} event connections open. Close some first.");
        using var socket = await context.WebSockets.AcceptWebSocketAsync(
            new WebSocketAcceptContext { KeepAliveInterval = Ping, KeepAliveTimeout = Ping });
        await new EventConnection(socket, reader, views, token => welcome.HoldsAsync(context, token), time)
            .RunAsync(context.RequestAborted, lifetime.ApplicationStopping);
    }

    /// <summary>
    /// Browsers send the cookie along whatever page asks for the upgrade, and no antiforgery header with it: the origin decides, compared
    /// as it is written.
    /// </summary>
    private static void CheckOrigin(HttpContext context, Caller caller, HostsOptions hosts)
    {
        var origin = context.Request.Headers.Origin;
        var allowed = origin.Count == 0 ? caller.Scheme != Schemes.Cookie : origin.Count == 1 && origin[0] == hosts.WebOrigin;
        if (!allowed)
            throw ApiProblem.Forbidden("request.origin", $"Events are for pages of {hosts.WebOrigin}, and for programs without an Origin.");
    }
}
