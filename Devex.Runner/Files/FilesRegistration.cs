using Devex.Runner.Sessions;

namespace Devex.Runner.Files;

internal static class FilesRegistration
{
    public static void AddFiles(this IServiceCollection services)
    {
        services.AddSingleton<Workspace>();
        services.AddSingleton<FileDrafts>();
        services.AddSingleton<WorkspaceFiles>();
        services.AddSingleton<WorkspaceWatcher>();
        services.AddSingleton<FileArchives>();
        services.AddSingleton<FileDownloads>();
        services.AddSingleton<FileUploads>();
        services.AddSingleton<FileEndpoint>();
        services.AddSingleton<ISessionFeature, FilesFeature>();
    }
}
