namespace Devex.Web.Forwarding;

/// <summary>Hands <c>/api</c>, <c>/auth</c> and the API's documentation to Core as they are, so that browsers see one origin.</summary>
internal static class ForwardingFeature
{
    /// <summary>Warns of each connection that breaks, with a stack, also of the visitor's own; <see cref="CoreForwarder"/> speaks instead.</summary>
    private const string YarpsOwn = "Yarp.ReverseProxy.Forwarder.HttpForwarder";

    private static readonly string[] Prefixes = ["/api", "/auth", "/openapi", "/docs"];

    public static void AddForwarding(this IHostApplicationBuilder builder)
    {
        builder.Services.AddHttpForwarder();
        builder.Services.AddSingleton<PeerTransformer>();
        builder.Services.AddSingleton<CoreForwarder>();
        // Configuration of the same category wins.
        if (builder.Configuration[$"Logging:LogLevel:{YarpsOwn}"] is null)
            builder.Logging.AddFilter(YarpsOwn, LogLevel.Error);
    }

    public static void MapForwarding(this WebApplication app)
    {
        var forwarder = app.Services.GetRequiredService<CoreForwarder>();
        foreach (var prefix in Prefixes)
        {
            app.Map(prefix + "/{**rest}", forwarder.ForwardAsync)
                .DisableAntiforgery()
                .WithMetadata(new Microsoft.AspNetCore.Mvc.SkipStatusCodePagesAttribute());
        }
    }
}
