using Devex.Runner.Sessions;

namespace Devex.Runner.Searching;

internal static class SearchRegistration
{
    public static void AddSearch(this IServiceCollection services)
    {
        services.AddSingleton<Ripgrep>();
        services.AddSingleton<FileSearch>();
        services.AddSingleton<FileReplace>();
        services.AddSingleton<ISessionFeature, SearchFeature>();
    }
}
