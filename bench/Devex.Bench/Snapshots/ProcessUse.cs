using System.Globalization;

namespace Devex.Bench.Snapshots;

/// <summary>What a process has used, as the kernel tells.</summary>
internal static class ProcessUse
{
    /// <summary>Processor time so far, user and system, milliseconds; the kernel counts in steps of 10.</summary>
    public static double CpuOf(int pid)
    {
        var stat = File.ReadAllText($"/proc/{pid}/stat");
        // The name in brackets may hold anything.
        var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
        return (double.Parse(fields[11], CultureInfo.InvariantCulture) + double.Parse(fields[12], CultureInfo.InvariantCulture)) * 10;
    }

    /// <summary>Most memory so far, MiB; 0 when it has ended.</summary>
    public static double PeakOf(int pid) => Of(pid, "VmHWM:");

    /// <summary>Memory now, MiB.</summary>
    public static double MemoryOf(int pid) => Of(pid, "VmRSS:");

    private static double Of(int pid, string field)
    {
        try
        {
            var line = File.ReadLines($"/proc/{pid}/status").FirstOrDefault(line => line.StartsWith(field, StringComparison.Ordinal));
            return line is null ? 0 : double.Parse(line.Split((char[])[' ', '\t'], StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) / 1024;
        }
        catch (IOException)
        {
            return 0;
        }
    }
}
