using Devex.Runner.Sessions;

namespace Devex.Runner.Saves;

internal static class SavesRegistration
{
    public static void AddSaves(this IServiceCollection services)
    {
        services.AddSingleton<SavesFile>();
        services.AddSingleton<SpaceGuard>();
        services.AddSingleton<SpaceWarden>();
        services.AddSingleton<ISessionFeature>(provider => provider.GetRequiredService<SpaceWarden>());
        services.AddSingleton<ISessionFeature, SavesFeature>();
    }
}
