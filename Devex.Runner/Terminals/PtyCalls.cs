using System.Runtime.InteropServices;

namespace Devex.Runner.Terminals;

/// <summary>libc's pseudo-terminals and polling, with Linux's numbers.</summary>
internal static partial class PtyCalls
{
    public const int WriteOnly = 0x1;
    public const int ReadWrite = 0x2;
    public const int NoControllingTerminal = 0x100;
    public const int NonBlocking = 0x800;
    public const int CloseOnExec = 0x80000;
    public const int SetStatusFlags = 4;
    public const nuint SetWindowSize = 0x5414;
    public const nuint GetForegroundGroup = 0x540F;
    public const int Interrupted = 4;
    public const int InputOutput = 5;
    public const int TryAgain = 11;

    [LibraryImport("libc", EntryPoint = "posix_openpt", SetLastError = true)]
    public static partial int OpenMaster(int flags);

    [LibraryImport("libc", EntryPoint = "grantpt", SetLastError = true)]
    public static partial int Grant(int master);

    [LibraryImport("libc", EntryPoint = "unlockpt", SetLastError = true)]
    public static partial int Unlock(int master);

    [LibraryImport("libc", EntryPoint = "ptsname_r")]
    public static unsafe partial int SlaveName(int master, byte* buffer, nuint length);

    [LibraryImport("libc", EntryPoint = "fcntl", SetLastError = true)]
    public static partial int Control(int descriptor, int command, int value);

    [LibraryImport("libc", EntryPoint = "ioctl", SetLastError = true)]
    public static partial int SetSize(int descriptor, nuint request, in WindowSize size);

    [LibraryImport("libc", EntryPoint = "ioctl", SetLastError = true)]
    public static partial int GetGroup(int descriptor, nuint request, out int group);

    [LibraryImport("libc", EntryPoint = "close")]
    public static partial int Close(int descriptor);

    [LibraryImport("libc", EntryPoint = "read", SetLastError = true)]
    public static unsafe partial nint Read(int descriptor, byte* buffer, nuint length);

    [LibraryImport("libc", EntryPoint = "write", SetLastError = true)]
    public static unsafe partial nint Write(int descriptor, byte* buffer, nuint length);

    [LibraryImport("libc", EntryPoint = "poll", SetLastError = true)]
    public static unsafe partial int Poll(PollEntry* entries, nuint count, int milliseconds);

    [LibraryImport("libc", EntryPoint = "eventfd", SetLastError = true)]
    public static partial int EventDescriptor(uint initial, int flags);
}

/// <summary>struct winsize.</summary>
[StructLayout(LayoutKind.Sequential)]
internal readonly struct WindowSize(int columns, int rows)
{
    private readonly ushort _rows = (ushort)rows;
    private readonly ushort _columns = (ushort)columns;
    private readonly ushort _width;
    private readonly ushort _height;
}

/// <summary>struct pollfd.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct PollEntry
{
    public const short Input = 1;
    public const short Output = 4;

    public int Descriptor;
    public short Events;
    public short Happened;
}
