using Devex.Runner.Sessions;

namespace Devex.Runner.Git;

internal static class GitRegistration
{
    public static void AddGit(this IServiceCollection services)
    {
        services.AddSingleton<GitProgram>();
        services.AddSingleton<GitRepository>();
        services.AddSingleton<GitRemotes>();
        services.AddSingleton<GitTransfers>();
        services.AddSingleton<ISessionFeature, GitFeature>();
        services.AddSingleton<ISessionFeature, TransferFeature>();
    }
}
