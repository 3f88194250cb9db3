namespace Devex.Testing;

/// <summary>Where tests/tools/moto.sh leaves moto, and how its server starts.</summary>
public static class MotoProgram
{
    private const string Python = "/usr/bin/python3";
    private const string Server = "import sys; from moto.server import main; main(['-H', '127.0.0.1', '-p', sys.argv[1]])";

    private static readonly string Library = Path.Combine(
        Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".cache", "devex", "moto", "lib");

    /// <summary>Whether moto has been set up on this machine. CI always sets it up.</summary>
    public static bool IsAvailable => Directory.Exists(Library);

    /// <summary>What to say when a test is skipped for want of moto.</summary>
    public const string Missing = "moto is not set up here: run tests/tools/moto.sh once (as root on Debian).";

    internal static ProgramProcess Start(int port, string folder) => !IsAvailable
        ? throw new InvalidOperationException(Missing)
        : ProgramProcess.Start(
            Python,
            ["-c", Server, $"{port}"],
            new Dictionary<string, string?> { ["PYTHONPATH"] = Library, ["PYTHONDONTWRITEBYTECODE"] = null },
            folder);
}
