using System.Globalization;
using System.Runtime.InteropServices;

namespace Devex.Runner.Serving;

/// <summary>
/// Gives back what starting and work took: the heap is compacted, the C library's free memory returned, and pages of program files, which come back from
/// the page cache one by one where they are still used, are no longer held.
/// </summary>
internal static partial class ProcessMemory
{
    private const int DontNeed = 4;

    // What Core's looks allocate is not worth a collection.
    private const long Worth = 1 << 20;

    private static long _allocated;

    public static void GiveBack()
    {
        if (GC.GetTotalAllocatedBytes() - _allocated < Worth) return;
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        _allocated = GC.GetTotalAllocatedBytes();
        if (!OperatingSystem.IsLinux()) return;
        try
        {
            _ = TrimHeap(0);
        }
        catch (EntryPointNotFoundException)
        {
            // A C library other than glibc has its own ways.
        }

        DropFilePages();
    }

    /// <summary>
    /// Only where nothing can be written and nothing was: such pages are the file's. Those that the loader wrote before it made them read-only
    /// are not in the file and stay.
    /// </summary>
    private static void DropFilePages()
    {
        var (start, length, clean) = (0L, 0L, false);
        foreach (var line in File.ReadLines("/proc/self/smaps"))
        {
            if (TryParse(line, out var from, out var to))
            {
                var words = line.Split(' ', 6, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
                (start, length) = (from, to - from);
                clean = words is [_, "r--p" or "r-xp", _, _, not "0", ['/', ..]];
            }
            else if (line.StartsWith("Private_Dirty:", StringComparison.Ordinal) || line.StartsWith("Shared_Dirty:", StringComparison.Ordinal)
                || line.StartsWith("Anonymous:", StringComparison.Ordinal) || line.StartsWith("Swap:", StringComparison.Ordinal))
            {
                clean &= line.EndsWith(" 0 kB", StringComparison.Ordinal);
            }
            else if (clean && line.StartsWith("VmFlags:", StringComparison.Ordinal))
            {
                _ = Advise((nint)start, (nuint)length, DontNeed);
            }
        }
    }

    private static bool TryParse(string line, out long from, out long to)
    {
        var (dash, space) = (line.IndexOf('-', StringComparison.Ordinal), line.IndexOf(' ', StringComparison.Ordinal));
        (from, to) = (0, 0);
        return dash > 0 && space > dash
            && long.TryParse(line.AsSpan(0, dash), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out from)
            && long.TryParse(line.AsSpan(dash + 1, space - dash - 1), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out to);
    }

    [LibraryImport("libc", EntryPoint = "malloc_trim")]
    private static partial int TrimHeap(nuint keep);

    [LibraryImport("libc", EntryPoint = "madvise")]
    private static partial int Advise(nint address, nuint length, int advice);
}
