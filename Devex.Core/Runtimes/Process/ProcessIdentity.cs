using System.Globalization;
using System.Text.Json;

namespace Devex.Core.Runtimes.Process;

/// <summary>One process for all time: a process id alone is used again after a while, and after a reboot at once.</summary>
/// <param name="Pid">Process id.</param>
/// <param name="Start">Start time in clock ticks since boot, field 22 of <c>/proc/{pid}/stat</c>.</param>
/// <param name="Boot">The kernel's boot id.</param>
internal sealed record ProcessIdentity(int Pid, string Start, string Boot)
{
    public static string CurrentBoot { get; } = Read("/proc/sys/kernel/random/boot_id")?.Trim() ?? "";

    /// <summary>Whether that very process runs.</summary>
    public bool IsAlive => Boot == CurrentBoot && StartOf(Pid) == Start;

    /// <summary>Reads what <c>launch.sh</c> wrote of itself; null when there is none or it is cut short.</summary>
    public static ProcessIdentity? Load(string path)
    {
        try
        {
            return Read(path) is { } text ? JsonSerializer.Deserialize<ProcessIdentity>(text, JsonSerializerOptions.Web) : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>The start time of a running process; null when there is none, or it only waits to be reaped.</summary>
    internal static string? StartOf(int pid)
    {
        var stat = Read(string.Create(CultureInfo.InvariantCulture, $"/proc/{pid}/stat"));
        // The command's name is in parentheses and may hold anything; the fields behind the last one are safe to split.
        if (stat is null || stat.LastIndexOf(')') is var end && end < 0)
            return null;
        var fields = stat[(end + 2)..].Split(' ');
        return fields[0] is "Z" or "X" ? null : fields[19];
    }

    private static string? Read(string path)
    {
        try
        {
            return File.ReadAllText(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
