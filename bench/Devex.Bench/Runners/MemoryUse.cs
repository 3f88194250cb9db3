using System.Globalization;

namespace Devex.Bench.Runners;

/// <summary>Memory of a process as the kernel counts it, MiB.</summary>
/// <param name="Resident">Everything mapped and present, files that others map too included.</param>
/// <param name="Private">What would be free if the process ended: present and nobody else's.</param>
/// <param name="Dirty">What the process itself wrote, and so cannot be read from a file again.</param>
internal sealed record MemoryUse(double Resident, double Private, double Dirty)
{
    public static MemoryUse Of(int pid)
    {
        var lines = File.ReadAllLines($"/proc/{pid}/smaps_rollup");
        var (clean, dirty) = (Field("Private_Clean"), Field("Private_Dirty"));
        return new MemoryUse(Field("Rss"), clean + dirty, dirty);

        double Field(string name) =>
            double.Parse(lines.First(line => line.StartsWith(name + ":", StringComparison.Ordinal)).Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) / 1024;
    }
}
