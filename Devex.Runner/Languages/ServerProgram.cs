using System.ComponentModel;
using System.Globalization;
using Devex.Contracts.Control;
using Devex.Runner.Programs;
using Devex.Runner.Serving;

namespace Devex.Runner.Languages;

/// <summary>Finds and starts the programs of language servers.</summary>
internal static class ServerProgram
{
    private const string DefaultPath = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

    /// <summary>The program: of the set of packages that the runtime brings, or else on PATH; null when it is in neither.</summary>
    public static string? Find(LanguageServerSpec spec, ServeOptions options)
    {
        IEnumerable<string> folders = options.Languages is { } languages && spec.Package is { } package ? [Path.Combine(languages, package, "node_modules", ".bin")] : [];
        return folders.Concat(SearchPath.Split(':').Where(folder => folder.StartsWith('/')))
            .Select(folder => Path.Combine(folder, spec.Command)).FirstOrDefault(IsExecutable);
    }

    /// <summary>
    /// Starts it in the workspace. It gets none of the user's variables: what it says is for viewers too, and they must not see values.
    /// </summary>
    /// <exception cref="Win32Exception">It could not be started.</exception>
    public static PipedProgram Start(string program, LanguageServerSpec spec, LanguageHost host)
    {
        var memory = spec.MemoryMegabytes.ToString(CultureInfo.InvariantCulture);
        return PipedProgram.Start(host.Programs, new ProgramStart(
            program,
            [spec.Command, .. spec.Arguments ?? []],
            [
                $"PATH={SearchPath}", "LANG=C.UTF-8", $"HOME={host.Options.Home}", "USER=devex",
                // Collectors that know their limit work harder before they reach it.
                $"NODE_OPTIONS=--max-old-space-size={memory}", $"GOMEMLIMIT={memory}MiB",
            ],
            host.Options.Workspace));
    }

    /// <summary>Memory in use by a process and all below it, bytes.</summary>
    public static long MemoryOf(int pid) => ProcessTree.DescendantsOf(pid).Append(pid).Sum(Resident);

    private static string SearchPath => Environment.GetEnvironmentVariable("PATH") ?? DefaultPath;

    private static long Resident(int pid)
    {
        try
        {
            return long.Parse(File.ReadAllText($"/proc/{pid}/statm").Split(' ')[1], CultureInfo.InvariantCulture) * Environment.SystemPageSize;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return 0;
        }
    }

    private static bool IsExecutable(string file) =>
        File.Exists(file) && (OperatingSystem.IsWindows() || (File.GetUnixFileMode(file) & UnixFileMode.UserExecute) != 0);
}
