using Devex.Runner.Sessions;

namespace Devex.Runner.Ports;

internal static class PortsRegistration
{
    public static void AddPorts(this IServiceCollection services)
    {
        services.AddSingleton<PortTunnel>();
        services.AddSingleton<ISessionFeature, PortsFeature>();
    }
}
