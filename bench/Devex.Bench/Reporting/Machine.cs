using System.Globalization;
using System.Runtime.InteropServices;

namespace Devex.Bench.Reporting;

/// <summary>Where and when a run was made.</summary>
internal static class Machine
{
    /// <summary>Lines of the page. Call it before anything is measured: the load that it tells is that at start.</summary>
    public static IReadOnlyList<string> Describe(DateTimeOffset now, string command) =>
    [
        $"- {Field("/proc/cpuinfo", "model name")}, {Environment.ProcessorCount} cores, {Memory()} of memory",
        $"- {Field("/etc/os-release", "PRETTY_NAME").Trim('"')}, Linux {File.ReadAllText("/proc/sys/kernel/osrelease").Trim()}, {RuntimeInformation.FrameworkDescription}",
        $"- load average at start {string.Join(", ", File.ReadAllText("/proc/loadavg").Split(' ').Take(3))}",
        $"- {now.UtcDateTime.ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture)} UTC, `{command}`",
    ];

    private static string Memory()
    {
        var kibibytes = double.Parse(Field("/proc/meminfo", "MemTotal").Split(' ')[0], CultureInfo.InvariantCulture);
        return string.Create(CultureInfo.InvariantCulture, $"{kibibytes / (1 << 20):0} GiB");
    }

    private static string Field(string file, string name) =>
        File.ReadLines(file).FirstOrDefault(line => line.StartsWith(name, StringComparison.Ordinal)) is { } line
            ? line[(line.IndexOfAny([':', '=']) + 1)..].Trim()
            : "unknown";
}
