using System.ComponentModel;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Devex.Core.Runtimes.Process;

/// <summary>The few system calls that .NET has no name for.</summary>
internal static partial class Native
{
    public const int SigTerm = 15;
    public const int SigKill = 9;

    private const long PidFdOpen = 434;
    private const int CloseOnExec = 0x80000;
    private const short Readable = 1;
    private const int FolderItself = 0x10000 | 0x20000 | CloseOnExec;
    private const int Alone = 2 | 4;

    public static bool IsRoot { get; } = GetEffectiveUserId() == 0;

    public static uint UserId => GetEffectiveUserId();

    /// <summary>Gives one file, folder or link (never its target) to a user and the group of the same number.</summary>
    public static void ChangeOwner(string path, int uid)
    {
        if (ChangeLinkOwner(path, (uint)uid, (uint)uid) != 0)
            throw new Win32Exception(Marshal.GetLastPInvokeError(), $"{path} could not be given to user {uid}.");
    }

    /// <summary>A descriptor that becomes readable when the process ends; negative where there is no such process, or no such call.</summary>
    public static int OpenProcess(int pid) => OperatingSystem.IsLinux() ? (int)Call(PidFdOpen, pid, 0) : -1;

    /// <summary>Locks a folder until the handle is disposed; null where another has it locked, or it is no folder. Linux only: elsewhere nothing is locked.</summary>
    public static SafeFileHandle? LockFolder(string path)
    {
        if (!OperatingSystem.IsLinux())
            return new SafeFileHandle();
        var handle = new SafeFileHandle(Open(path, FolderItself), ownsHandle: true);
        if (!handle.IsInvalid && Lock((int)handle.DangerousGetHandle(), Alone) == 0)
            return handle;
        handle.Dispose();
        return null;
    }

    /// <summary>A counter that <see cref="Signal"/> makes readable.</summary>
    public static int CreateSignal() => CreateEvent(0, CloseOnExec);

    public static void Signal(int descriptor)
    {
        var one = 1UL;
        _ = Write(descriptor, ref one, sizeof(ulong));
    }

    public static void Drain(int descriptor) => _ = Read(descriptor, out _, sizeof(ulong));

    /// <summary>Waits without limit; says of each descriptor whether it is readable.</summary>
    public static bool[] WaitReadable(int[] descriptors)
    {
        var waits = Array.ConvertAll(descriptors, descriptor => new PollEntry { Descriptor = descriptor, Wanted = Readable });
        _ = Poll(waits, (nuint)waits.Length, -1);
        return Array.ConvertAll(waits, wait => wait.Found != 0);
    }

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    public static partial int Kill(int pid, int signal);

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "flock", SetLastError = true)]
    private static partial int Lock(int descriptor, int operation);

    [LibraryImport("libc", EntryPoint = "close")]
    public static partial int Close(int descriptor);

    [LibraryImport("libc", EntryPoint = "geteuid")]
    private static partial uint GetEffectiveUserId();

    [LibraryImport("libc", EntryPoint = "lchown", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int ChangeLinkOwner(string path, uint uid, uint gid);

    [LibraryImport("libc", EntryPoint = "syscall", SetLastError = true)]
    private static partial long Call(long number, long first, long second);

    [LibraryImport("libc", EntryPoint = "eventfd")]
    private static partial int CreateEvent(uint initial, int flags);

    [LibraryImport("libc", EntryPoint = "write")]
    private static partial nint Write(int descriptor, ref ulong value, nuint size);

    [LibraryImport("libc", EntryPoint = "read")]
    private static partial nint Read(int descriptor, out ulong value, nuint size);

    [LibraryImport("libc", EntryPoint = "poll")]
    private static partial int Poll([In, Out] PollEntry[] entries, nuint count, int milliseconds);

    [StructLayout(LayoutKind.Sequential)]
    private struct PollEntry
    {
        public int Descriptor;
        public short Wanted;
        public short Found;
    }
}
