using Devex.Core.Runtimes.Process.Languages;

namespace Devex.Core.Runtimes.Process;

internal static class ProcessRuntimeFeature
{
    public static IServiceCollection AddProcessRuntime(this IServiceCollection services)
    {
        services.AddOptions<ProcessOptions>().BindConfiguration("Runtime:Process");
        services.AddSingleton<ProcessFolders>();
        services.AddSingleton<RunnerProgram>();
        services.AddSingleton<SessionCommands>();
        services.AddSingleton<ProcessExits>();
        services.AddSingleton<ProcessLauncher>();
        services.AddSingleton<UidPool>();
        services.AddSingleton<PlaceLocks>();
        services.AddSingleton<IsolationProbe>();
        services.AddSingleton<LanguageFolder>();
        services.AddSingleton<ProcessRuntime>();
        services.AddSingleton<IReplRuntime>(provider => provider.GetRequiredService<ProcessRuntime>());
        return services;
    }
}
