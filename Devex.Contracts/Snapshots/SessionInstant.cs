namespace Devex.Contracts.Snapshots;

/// <summary>A moment on one node's clock: comparable only where the boot id is the same.</summary>
/// <param name="BootId">The node's <c>/proc/sys/kernel/random/boot_id</c>.</param>
/// <param name="Nanoseconds">CLOCK_BOOTTIME.</param>
public readonly record struct SessionInstant(string BootId, long Nanoseconds);
