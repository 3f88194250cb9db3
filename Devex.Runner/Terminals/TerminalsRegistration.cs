using Devex.Runner.Running;
using Devex.Runner.Sessions;

namespace Devex.Runner.Terminals;

internal static class TerminalsRegistration
{
    public static void AddTerminals(this IServiceCollection services)
    {
        services.AddSingleton<TerminalEnvironment>();
        services.AddSingleton<TerminalStore>();
        services.AddSingleton<ISessionFeature, TerminalsFeature>();
        services.AddSingleton<ISessionFeature, RunFeature>();
    }
}
