using Devex.Runner.Sessions;

namespace Devex.Runner.Languages;

internal static class LanguagesRegistration
{
    public static void AddLanguages(this IServiceCollection services)
    {
        services.AddSingleton<LanguageServers>();
        services.AddSingleton<ISessionFeature, LanguagesFeature>();
    }
}
