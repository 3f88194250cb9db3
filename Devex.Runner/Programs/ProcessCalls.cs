using System.ComponentModel;
using System.Runtime.InteropServices;

namespace Devex.Runner.Programs;

/// <summary>The kernel's calls about processes.</summary>
internal static partial class ProcessCalls
{
    public const int Hangup = 1;
    public const int Kill = 9;
    public const int Terminate = 15;
    public const int Continue = 18;

    private const int SetChildSubreaper = 36;
    private const int WithoutHanging = 1;

    /// <summary>Makes this process the parent of orphans among its descendants.</summary>
    public static void AdoptOrphans()
    {
        if (OperatingSystem.IsLinux() && Prctl(SetChildSubreaper, 1, 0, 0, 0) != 0)
            throw new Win32Exception(Marshal.GetLastPInvokeError());
    }

    /// <summary>Collects one child that ended, if any did.</summary>
    public static bool TryCollect(out int pid, out int exitCode)
    {
        pid = WaitPid(-1, out var status, WithoutHanging);
        var signal = status & 0x7f;
        exitCode = signal == 0 ? (status >> 8) & 0xff : 128 + signal;
        return pid > 0;
    }

    /// <summary>Sends a signal; false when there is no such process or it is another user's.</summary>
    public static bool Signal(int pid, int signal) => SendSignal(pid, signal) == 0;

    [LibraryImport("libc", EntryPoint = "prctl", SetLastError = true)]
    private static partial int Prctl(int option, nuint a, nuint b, nuint c, nuint d);

    [LibraryImport("libc", EntryPoint = "waitpid", SetLastError = true)]
    private static partial int WaitPid(int pid, out int status, int options);

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static partial int SendSignal(int pid, int signal);
}
