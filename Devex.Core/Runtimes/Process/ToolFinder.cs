namespace Devex.Core.Runtimes.Process;

/// <summary>
/// Finds commands as sessions see them: the system's own folders first, then Core's PATH. What lies outside <c>/usr</c> comes with the root of
/// its installation, which the sandbox mounts read-only; never a home folder or anything that a home folder is in.
/// </summary>
internal sealed class ToolFinder(string path, string home)
{
    private static readonly string[] System =
        ["/usr/local/sbin", "/usr/local/bin", "/usr/sbin", "/usr/bin", "/sbin", "/bin"];

    private static readonly string[] Own = [".dotnet", ".bun", ".deno"];

    public static ToolFinder ForThisProcess { get; } = new(
        Environment.GetEnvironmentVariable("PATH") ?? "", Environment.GetFolderPath(Environment.SpecialFolder.UserProfile));

    /// <summary>PATH without anything of this machine's users.</summary>
    public static string SystemPath { get; } = string.Join(':', System);

    /// <summary>The command; null when it is not installed.</summary>
    public Tool? Find(string command)
    {
        foreach (var folder in System.Concat(path.Split(':', StringSplitOptions.RemoveEmptyEntries)))
        {
            var file = Path.Combine(folder, command);
            if (Path.IsPathRooted(folder) && IsExecutable(file))
                return new Tool(file, IsOfSystem(file) ? null : RootOf(Resolve(file)));
        }
        return null;
    }

    /// <summary>The folder to mount for a program: its installation, or just the file.</summary>
    internal string RootOf(string file)
    {
        var folder = Path.GetDirectoryName(file)!;
        var root = Path.GetFileName(folder) is "bin" or "sbin" ? Path.GetDirectoryName(folder)! : folder;
        return MayMount(root) ? root : MayMount(folder) ? folder : file;
    }

    private bool MayMount(string folder)
    {
        if (folder.Count(c => c == '/') < 2 || IsAncestor(folder, home))
            return false;
        if (!IsAncestor(home, folder))
            return !folder.StartsWith("/home/", StringComparison.Ordinal) && folder is not "/var/lib";
        // In a home folder, only what is deep enough to be one version of one tool: ~/.nvm/versions/node/v20, never ~/.local or ~/.cargo.
        var below = Path.GetRelativePath(home, folder).Split('/');
        return below.Length > 2 || Own.Contains(below[0]);
    }

    private static bool IsOfSystem(string file) =>
        file.StartsWith("/usr/", StringComparison.Ordinal) || System.Contains(Path.GetDirectoryName(file));

    private static bool IsAncestor(string folder, string of) =>
        folder == of || of.StartsWith(folder.TrimEnd('/') + "/", StringComparison.Ordinal);

    private static string Resolve(string file) => new FileInfo(file).ResolveLinkTarget(returnFinalTarget: true)?.FullName ?? file;

    private static bool IsExecutable(string file) =>
        File.Exists(file) && (OperatingSystem.IsWindows() || (File.GetUnixFileMode(file) & UnixFileMode.UserExecute) != 0);
}

/// <summary>An installed command.</summary>
/// <param name="Path">As found on PATH.</param>
/// <param name="Root">What the sandbox must mount beside <c>/usr</c>; null for the system's own.</param>
internal sealed record Tool(string Path, string? Root);
