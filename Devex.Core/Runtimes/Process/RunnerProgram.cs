using System.Reflection;
using System.Runtime.InteropServices;
using Microsoft.Extensions.Options;

namespace Devex.Core.Runtimes.Process;

/// <summary>The runner as built: where it is and, unless it is native, the shared .NET runtime that it needs.</summary>
internal sealed class RunnerProgram
{
    private const string Name = "Devex.Runner";

    public RunnerProgram(IOptions<ProcessOptions> options)
    {
        Path = Locate(options.Value.Runner);
        Folder = System.IO.Path.GetDirectoryName(Path)!;
        DotnetRoot = File.Exists(Path + ".dll") ? FindDotnet() : null;
    }

    /// <summary>Absolute path of the executable.</summary>
    public string Path { get; }

    public string Folder { get; }

    /// <summary>Set for the build that the just-in-time compiler runs.</summary>
    public string? DotnetRoot { get; }

    /// <summary>Why sessions cannot start; null when the program is there.</summary>
    public string? Problem => File.Exists(Path)
        ? null
        : $"The runner is not built: {Path} does not exist. Build Devex.Runner, or set Runtime:Process:Runner.";

    internal static string Locate(string? configured)
    {
        if (string.IsNullOrWhiteSpace(configured))
            return System.IO.Path.Combine(AppContext.BaseDirectory, Name);
        var path = System.IO.Path.GetFullPath(configured);
        if (!path.EndsWith(".csproj", StringComparison.Ordinal))
            return path;
        var configuration = Assembly.GetExecutingAssembly().GetCustomAttribute<AssemblyConfigurationAttribute>()?.Configuration ?? "Debug";
        return System.IO.Path.Combine(
            System.IO.Path.GetDirectoryName(path)!, "bin", configuration, "net10.0", System.IO.Path.GetFileNameWithoutExtension(path));
    }

    // Core runs on the same shared runtime: {root}/shared/Microsoft.NETCore.App/{version}/.
    private static string? FindDotnet()
    {
        var root = System.IO.Path.GetFullPath(System.IO.Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", ".."));
        return Directory.Exists(System.IO.Path.Combine(root, "host", "fxr")) ? root : null;
    }
}
