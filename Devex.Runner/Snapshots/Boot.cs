using Devex.Contracts.Snapshots;

namespace Devex.Runner.Snapshots;

/// <summary>The node's clock since it booted, which flushes and saves are stamped with.</summary>
internal static class Boot
{
    /// <summary>Which boot of which node this is.</summary>
    public static string Id { get; } = File.ReadAllText("/proc/sys/kernel/random/boot_id").Trim();

    public static SessionInstant Now() => new(Id, Libc.BootTime());
}
