using System.Diagnostics;

namespace Devex.Cluster.Tests;

/// <summary>Programs of the node, which is this machine: only the tests' own cluster shows them.</summary>
internal static class NodeProcess
{
    /// <summary>Waits for a runner with this command line, and kills it.</summary>
    public static async Task KillAsync(string arguments, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(TimeSpan.FromMinutes(2));
        while (true)
        {
            foreach (var folder in Directory.EnumerateDirectories("/proc").Where(folder => char.IsAsciiDigit(Path.GetFileName(folder)[0])))
            {
                if (Find(folder).Contains($"/opt/devex/Devex.Runner {arguments}", StringComparison.Ordinal))
                {
                    using var process = Process.GetProcessById(int.Parse(Path.GetFileName(folder), System.Globalization.CultureInfo.InvariantCulture));
                    process.Kill();
                    return;
                }
            }
            await Task.Delay(5, limit.Token);
        }
    }

    private static string Find(string folder)
    {
        try
        {
            return File.ReadAllText(Path.Combine(folder, "cmdline")).Replace('\0', ' ');
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }
}
