using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.RegularExpressions;
using Devex.Testing;
using Xunit;

namespace Devex.Cluster.Tests;

/// <summary>Programs of the node, which is this machine: only the tests' own cluster shows them.</summary>
internal static partial class NodeProcess
{
    /// <summary>The folder of the tests' own cluster; on any other a test that asks for it is skipped.</summary>
    public static string RequireOwnCluster()
    {
        var run = Environment.GetEnvironmentVariable("DEVEX_CLUSTER_RUN");
        Assert.SkipWhen(string.IsNullOrEmpty(run), "Only a node of the tests' own can be reached into.");
        return run!;
    }

    /// <summary>Waits for a runner with this command line in the pod of this uid: pods of tests before may still be ending.</summary>
    public static async Task<int> FindAsync(string pod, string arguments, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(TimeSpan.FromMinutes(2));
        while (true)
        {
            foreach (var folder in Directory.EnumerateDirectories("/proc").Where(folder => char.IsAsciiDigit(Path.GetFileName(folder)[0])))
            {
                if (CommandLine(folder).StartsWith($"/opt/devex/Devex.Runner {arguments}", StringComparison.Ordinal) && InPod(folder, pod))
                    return int.Parse(Path.GetFileName(folder), CultureInfo.InvariantCulture);
            }
            await Task.Delay(5, limit.Token);
        }
    }

    /// <summary>
    /// Takes the cable out of a pod, as when its node loses power: nothing comes to it any more and nothing from it, and nobody is told. It comes back when this is disposed of.
    /// </summary>
    public static async Task<IAsyncDisposable> UnplugAsync(string pod)
    {
        var process = Directory.EnumerateDirectories("/proc").First(folder => char.IsAsciiDigit(Path.GetFileName(folder)[0]) && InPod(folder, pod));
        var inside = Regex.Match(await RunAsync("nsenter", $"--net={process}/ns/net", "ip", "-o", "link", "show", "eth0"), "eth0@if([0-9]+):");
        var outside = Regex.Match(await RunAsync("ip", "-o", "link"), $"^{inside.Groups[1]}: ([^@]+)@.* master (\\S+)", RegexOptions.Multiline);
        var (cable, bridge) = (outside.Groups[1].Value, outside.Groups[2].Value);
        await RunAsync("ip", "link", "set", cable, "nomaster");
        return new Unplugged(cable, bridge);
    }

    public static void Signal(int signal, int process) => _ = Kill(process, signal);

    private static string CommandLine(string folder) => Read(Path.Combine(folder, "cmdline")).Replace('\0', ' ');

    // Drivers of cgroups write a pod's uid with dashes or underscores.
    private static bool InPod(string folder, string pod) => Read(Path.Combine(folder, "cgroup")).Replace('_', '-').Contains($"pod{pod}", StringComparison.Ordinal);

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

    private static async Task<string> RunAsync(string program, params string[] arguments)
    {
        await using var process = ProgramProcess.Start(program, arguments);
        Assert.True(await process.WaitForExitAsync() == 0, $"{program} {string.Join(' ', arguments)}: {process.OutputText}");
        return process.OutputText;
    }

    private sealed class Unplugged(string cable, string bridge) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync()
        {
            // Of a pod that is gone, so is its cable.
            if (!(await RunAsync("ip", "-o", "link")).Contains($" {cable}@", StringComparison.Ordinal))
                return;
            await RunAsync("ip", "link", "set", cable, "master", bridge);
            await RunAsync("ip", "link", "set", cable, "type", "bridge_slave", "hairpin", "on");
        }
    }

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Kill(int process, int signal);
}
