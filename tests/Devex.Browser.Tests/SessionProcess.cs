using System.Diagnostics;
using System.Text;

namespace Devex.Browser.Tests;

/// <summary>The processes of one REPL's session, found as the kernel shows them.</summary>
internal static class SessionProcess
{
    /// <summary>SIGKILL to the runner's <c>serve</c> of one REPL, as when it crashes; nothing else is touched.</summary>
    /// <exception cref="InvalidOperationException">There is none.</exception>
    public static void KillServe(string replId)
    {
        var serves = Directory.EnumerateDirectories("/proc").Select(Path.GetFileName).Where(name => int.TryParse(name, out _))
            .Where(pid => IsServe(pid!, replId)).Select(pid => int.Parse(pid!, System.Globalization.CultureInfo.InvariantCulture)).ToList();
        if (serves.Count == 0)
            throw new InvalidOperationException($"No serve of {replId} runs.");
        foreach (var pid in serves)
        {
            using var process = Process.GetProcessById(pid);
            process.Kill();
        }
    }

    private static bool IsServe(string pid, string replId)
    {
        try
        {
            var words = Read(pid, "cmdline");
            return words is [.., var program, "serve"] && program.Contains("Devex.Runner", StringComparison.Ordinal)
                && words.Length <= 3 && Read(pid, "environ").Contains($"DEVEX_REPL={replId}");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // It ended meanwhile, or is somebody else's.
            return false;
        }
    }

    private static string[] Read(string pid, string file) =>
        Encoding.UTF8.GetString(File.ReadAllBytes($"/proc/{pid}/{file}")).Split('\0', StringSplitOptions.RemoveEmptyEntries);
}
