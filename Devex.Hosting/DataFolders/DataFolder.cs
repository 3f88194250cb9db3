using System.Globalization;
using Aspire.Hosting;
using Microsoft.Extensions.Configuration;

namespace Devex.Hosting.DataFolders;

/// <summary>
/// Where everything of this machine's application is kept: <c>Devex:DataFolder</c>, else environment <c>DEVEX_DATA</c>,
/// else <c>.devex</c> in the repository. One AppHost at a time holds it.
/// </summary>
internal sealed class DataFolder(string path) : IDisposable
{
    /// <summary>Configuration that names the folder; from the building of the application on it is set.</summary>
    public const string Key = "Devex:DataFolder";

    private FileStream? _lock;

    public string Path => path;

    public static DataFolder Choose(IConfiguration configuration, string appHostDirectory)
    {
        var chosen = configuration[Key] is { Length: > 0 } configured ? configured : Environment.GetEnvironmentVariable("DEVEX_DATA");
        return new(string.IsNullOrEmpty(chosen)
            ? System.IO.Path.Combine(Repository(appHostDirectory), ".devex")
            : System.IO.Path.GetFullPath(chosen, appHostDirectory));
    }

    public string Volume(string name) => System.IO.Path.Combine(path, "volumes", name);

    public void Create()
    {
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(path);
        }
        else
        {
            Directory.CreateDirectory(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
    }

    /// <summary>Takes the folder for this process by flock, which the kernel gives back however the process ends.</summary>
    /// <exception cref="DistributedApplicationException">Another process holds it; the message names it.</exception>
    public void Lock()
    {
        if (_lock is not null)
        {
            return;
        }

        Create();
        var holder = System.IO.Path.Combine(path, "apphost.pid");
        try
        {
            _lock = new(System.IO.Path.Combine(path, "apphost.lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException) when (File.Exists(holder))
        {
            throw new DistributedApplicationException(
                $"The data folder {path} is in use by process {File.ReadAllText(holder).Trim()}. Stop that one, or give this one a folder of its own: `-- --Devex:DataFolder=FOLDER`.");
        }

        File.WriteAllText(holder, Environment.ProcessId.ToString(CultureInfo.InvariantCulture));
    }

    public void Dispose() => _lock?.Dispose();

    private static string Repository(string from)
    {
        for (var folder = new DirectoryInfo(from); folder is not null; folder = folder.Parent)
        {
            if (System.IO.Path.Exists(System.IO.Path.Combine(folder.FullName, ".git")))
            {
                return folder.FullName;
            }
        }

        return from;
    }
}
