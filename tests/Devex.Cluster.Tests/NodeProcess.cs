using System.Globalization;
using System.Runtime.InteropServices;

namespace Devex.Cluster.Tests;

/// <summary>Programs of the node, which is this machine: only the tests' own cluster shows them.</summary>
internal static partial class NodeProcess
{
    /// <summary>Waits for a runner with this command line.</summary>
    public static async Task<int> FindAsync(string arguments, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(TimeSpan.FromMinutes(2));
        while (true)
        {
            foreach (var folder in Directory.EnumerateDirectories("/proc").Where(folder => char.IsAsciiDigit(Path.GetFileName(folder)[0])))
            {
                if (CommandLine(folder).StartsWith($"/opt/devex/Devex.Runner {arguments}", StringComparison.Ordinal) && InContainer(folder))
                    return int.Parse(Path.GetFileName(folder), CultureInfo.InvariantCulture);
            }
            await Task.Delay(5, limit.Token);
        }
    }

    public static void Signal(int signal, int process) => _ = Kill(process, signal);

    private static string CommandLine(string folder) => Read(Path.Combine(folder, "cmdline")).Replace('\0', ' ');

    private static bool InContainer(string folder) => Read(Path.Combine(folder, "cgroup")).Contains("kubepods", StringComparison.Ordinal);

    private static string Read(string path)
    {
        try
        {
            return File.ReadAllText(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Kill(int process, int signal);
}
