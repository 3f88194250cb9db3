namespace Devex.Gateway.Forwarding;

internal static class ForwardingFeature
{
    /// <summary>Warns of each connection that breaks, with a stack, also of the visitor's own; <see cref="SessionForwarder"/> speaks instead.</summary>
    private const string YarpsOwn = "Yarp.ReverseProxy.Forwarder.HttpForwarder";

    public static void AddForwarding(this IHostApplicationBuilder builder)
    {
        builder.Services.AddHttpForwarder();
        builder.Services.AddSingleton<SessionForwarder>();
        // Configuration of the same category wins.
        if (builder.Configuration[$"Logging:LogLevel:{YarpsOwn}"] is null)
            builder.Logging.AddFilter(YarpsOwn, LogLevel.Error);
    }
}
