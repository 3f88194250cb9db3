using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Devex.Runner.Files;

/// <summary>The kernel's calls of inotify.</summary>
internal static partial class WatchCalls
{
    public const uint Modify = 0x2;
    public const uint Attributes = 0x4;
    public const uint CloseWrite = 0x8;
    public const uint MovedFrom = 0x40;
    public const uint MovedTo = 0x80;
    public const uint Created = 0x100;
    public const uint Deleted = 0x200;
    public const uint Overflow = 0x4000;
    public const uint Ignored = 0x8000;
    public const uint IsFolder = 0x40000000;

    private const uint OnlyFolder = 0x01000000;
    private const uint NotUnlinked = 0x04000000;
    private const uint All = Modify | Attributes | CloseWrite | MovedFrom | MovedTo | Created | Deleted | OnlyFolder | NotUnlinked;

    private const int CloseOnExec = 0x80000;
    private const int NonBlocking = 0x800;
    private const short Readable = 1;

    /// <summary>A new queue of events; null when the user has no more.</summary>
    public static SafeFileHandle? Open()
    {
        var descriptor = Init(CloseOnExec | NonBlocking);
        return descriptor < 0 ? null : new SafeFileHandle(descriptor, ownsHandle: true);
    }

    /// <summary>Watches an open folder; negative when the user has no watches left.</summary>
    public static int Add(SafeFileHandle queue, SafeFileHandle folder) =>
        // By descriptor: the folder that was checked is the folder that is watched.
        AddWatch(queue, $"/proc/self/fd/{folder.DangerousGetHandle()}", All);

    /// <summary>A counter that wakes a waiting thread.</summary>
    public static SafeFileHandle OpenSignal() => new(EventFd(0, CloseOnExec | NonBlocking), ownsHandle: true);

    public static void Set(SafeFileHandle signal) => _ = Write(signal, [1, 0, 0, 0, 0, 0, 0, 0], 8);

    /// <summary>Waits for events or the signal; false after <paramref name="milliseconds"/>, never when that is negative.</summary>
    public static unsafe bool Wait(SafeFileHandle queue, SafeFileHandle signal, int milliseconds)
    {
        var polls = stackalloc PollEntry[2];
        polls[0] = new PollEntry { Descriptor = (int)queue.DangerousGetHandle(), Events = Readable };
        polls[1] = new PollEntry { Descriptor = (int)signal.DangerousGetHandle(), Events = Readable };
        return Poll(polls, 2, milliseconds) != 0;
    }

    [LibraryImport("libc", EntryPoint = "read", SetLastError = true)]
    public static partial nint Read(SafeFileHandle queue, [Out] byte[] buffer, nuint size);

    [LibraryImport("libc", EntryPoint = "inotify_rm_watch")]
    public static partial int Remove(SafeFileHandle queue, int watch);

    [LibraryImport("libc", EntryPoint = "inotify_init1", SetLastError = true)]
    private static partial int Init(int flags);

    [LibraryImport("libc", EntryPoint = "inotify_add_watch", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int AddWatch(SafeFileHandle queue, string path, uint mask);

    [LibraryImport("libc", EntryPoint = "eventfd", SetLastError = true)]
    private static partial int EventFd(uint value, int flags);

    [LibraryImport("libc", EntryPoint = "write")]
    private static partial nint Write(SafeFileHandle file, byte[] buffer, nuint size);

    [LibraryImport("libc", EntryPoint = "poll")]
    private static unsafe partial int Poll(PollEntry* entries, nuint count, int milliseconds);

    [StructLayout(LayoutKind.Sequential, Size = 8)]
    private struct PollEntry
    {
        public int Descriptor;
        public short Events;
    }
}
