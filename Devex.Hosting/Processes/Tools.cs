namespace Devex.Hosting.Processes;

internal static class Tools
{
    /// <summary>Whether each is the path of an executable file or the name of one in PATH.</summary>
    public static bool Exist(params string[] programs) => programs.All(Exists);

    private static bool Exists(string program) => program.Contains('/')
        ? IsExecutable(program)
        : (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Any(folder => IsExecutable(Path.Combine(folder, program)));

    private static bool IsExecutable(string path) => File.Exists(path)
        && (OperatingSystem.IsWindows() || (File.GetUnixFileMode(path) & (UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute)) != 0);
}
