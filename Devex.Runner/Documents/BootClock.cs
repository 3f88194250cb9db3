using System.Runtime.InteropServices;
using Devex.Contracts.Snapshots;

namespace Devex.Runner.Documents;

/// <summary>The node's clock since it booted, which the saver reads too: it tells which flushes a snapshot holds.</summary>
internal static partial class BootClock
{
    private const int ClockBootTime = 7;

    /// <summary>Which boot of which node this is.</summary>
    public static string BootId { get; } = File.ReadAllText("/proc/sys/kernel/random/boot_id").Trim();

    public static SessionInstant Now()
    {
        if (GetTime(ClockBootTime, out var time) != 0) throw new IOException("There is no CLOCK_BOOTTIME.");
        return new SessionInstant(BootId, time.Seconds * 1_000_000_000 + time.Nanoseconds);
    }

    [LibraryImport("libc", EntryPoint = "clock_gettime")]
    private static partial int GetTime(int clock, out TimeSpec time);

    private struct TimeSpec
    {
        public nint Seconds;
        public nint Nanoseconds;
    }
}
