using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Devex.Runner.Snapshots;

/// <summary>
/// The C library's file functions, by bytes and folder handles: .NET's own change names that are no UTF-8 and follow links on the way. Layouts are
/// the kernel's and the same on x86-64 and arm64.
/// </summary>
internal static partial class Libc
{
    public const int AtFdCwd = -100;
    public const int ReadOnly = 0, WriteOnly = 1, Create = 0x40, Exclusive = 0x80, NonBlocking = 0x800, CloseOnExec = 0x80000;
    public const int SymlinkNoFollow = 0x100, RemoveDirectory = 0x200, EmptyPath = 0x1000;

    public const int NoEntry = 2, Interrupted = 4, Exists = 17, NotFolder = 20, NoSpace = 28, TooManyLinks = 40;

    /// <summary>These two differ between architectures.</summary>
    public static readonly int Directory = RuntimeInformation.ProcessArchitecture == Architecture.Arm64 ? 0x4000 : 0x10000;

    public static readonly int NoFollow = RuntimeInformation.ProcessArchitecture == Architecture.Arm64 ? 0x8000 : 0x20000;

    [LibraryImport("libc", EntryPoint = "openat", SetLastError = true)]
    private static unsafe partial int OpenAtNative(int folder, byte* path, int flags, uint mode);

    [LibraryImport("libc", EntryPoint = "statx", SetLastError = true)]
    private static unsafe partial int StatxNative(int folder, byte* path, int flags, uint mask, byte* buffer);

    [LibraryImport("libc", EntryPoint = "getdents64", SetLastError = true)]
    private static unsafe partial nint GetDentsNative(int folder, byte* buffer, nint size);

    [LibraryImport("libc", EntryPoint = "readlinkat", SetLastError = true)]
    private static unsafe partial nint ReadLinkAtNative(int folder, byte* path, byte* buffer, nint size);

    [LibraryImport("libc", EntryPoint = "mkdirat", SetLastError = true)]
    private static unsafe partial int MkDirAtNative(int folder, byte* path, uint mode);

    [LibraryImport("libc", EntryPoint = "symlinkat", SetLastError = true)]
    private static unsafe partial int SymlinkAtNative(byte* target, int folder, byte* path);

    [LibraryImport("libc", EntryPoint = "unlinkat", SetLastError = true)]
    private static unsafe partial int UnlinkAtNative(int folder, byte* path, int flags);

    [LibraryImport("libc", EntryPoint = "utimensat", SetLastError = true)]
    private static unsafe partial int UTimensAtNative(int folder, byte* path, long* times, int flags);

    [LibraryImport("libc", EntryPoint = "futimens", SetLastError = true)]
    private static unsafe partial int FUTimeNsNative(SafeFileHandle file, long* times);

    [LibraryImport("libc", EntryPoint = "fchmod", SetLastError = true)]
    private static partial int FChModNative(SafeFileHandle file, uint mode);

    [LibraryImport("libc", EntryPoint = "syncfs", SetLastError = true)]
    private static partial int SyncFsNative(SafeFileHandle file);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static partial int FSyncNative(SafeFileHandle file);

    [LibraryImport("libc", EntryPoint = "sync_file_range", SetLastError = true)]
    private static partial int SyncFileRangeNative(SafeFileHandle file, long offset, long length, uint flags);

    [LibraryImport("libc", EntryPoint = "flock", SetLastError = true)]
    private static partial int FLockNative(SafeFileHandle file, int operation);

    [LibraryImport("libc", EntryPoint = "clock_gettime", SetLastError = true)]
    private static unsafe partial int ClockGetTimeNative(int clock, long* time);

    [LibraryImport("libc", EntryPoint = "inotify_init1", SetLastError = true)]
    private static partial int InotifyInitNative(int flags);

    [LibraryImport("libc", EntryPoint = "inotify_add_watch", SetLastError = true)]
    private static unsafe partial int InotifyAddWatchNative(SafeFileHandle inotify, byte* path, uint mask);

    [LibraryImport("libc", EntryPoint = "lseek", SetLastError = true)]
    private static partial long SeekNative(SafeFileHandle file, long offset, int whence);

    [LibraryImport("libc", EntryPoint = "poll", SetLastError = true)]
    private static unsafe partial int PollNative(long* files, ulong count, int milliseconds);

    [LibraryImport("libc", EntryPoint = "read", SetLastError = true)]
    private static unsafe partial nint ReadNative(SafeFileHandle file, byte* buffer, nint size);

    public static int LastError => Marshal.GetLastPInvokeError();

    /// <summary>An open file or folder; null with <see cref="LastError"/> set.</summary>
    public static unsafe SafeFileHandle? OpenAt(SafeFileHandle? folder, ReadOnlySpan<byte> name, int flags, int mode = 0)
    {
        fixed (byte* path = Terminate(name))
        {
            int file;
            do
                file = OpenAtNative(Number(folder), path, flags | CloseOnExec, (uint)mode);
            while (file < 0 && LastError == Interrupted);
            GC.KeepAlive(folder);
            return file < 0 ? null : new SafeFileHandle(file, ownsHandle: true);
        }
    }

    /// <summary>Status of a name in a folder, links not followed; with an empty name of the folder or file itself.</summary>
    public static unsafe bool TryStat(SafeFileHandle folder, ReadOnlySpan<byte> name, out FileStatus status)
    {
        const uint BasicStats = 0x7ff;
        var buffer = stackalloc byte[256];
        fixed (byte* path = Terminate(name))
        {
            var result = StatxNative(Number(folder), path, SymlinkNoFollow | (name.IsEmpty ? EmptyPath : 0), BasicStats, buffer);
            GC.KeepAlive(folder);
            status = result == 0 ? FileStatus.Of(new ReadOnlySpan<byte>(buffer, 256)) : default;
            return result == 0;
        }
    }

    /// <summary>The same for a name that ends with a zero, without copying it.</summary>
    public static unsafe bool TryStatTerminated(SafeFileHandle folder, ReadOnlySpan<byte> name, out FileStatus status)
    {
        const uint BasicStats = 0x7ff;
        var buffer = stackalloc byte[256];
        fixed (byte* path = name)
        {
            var result = StatxNative(Number(folder), path, SymlinkNoFollow, BasicStats, buffer);
            GC.KeepAlive(folder);
            status = result == 0 ? FileStatus.Of(new ReadOnlySpan<byte>(buffer, 256)) : default;
            return result == 0;
        }
    }

    /// <summary>Where data begins at or after <paramref name="offset"/>; null when only a hole follows, or the file system does not tell (then all is data).</summary>
    public static long? SeekData(SafeFileHandle file, long offset)
    {
        const int Data = 3, NoMore = 6;
        var at = SeekNative(file, offset, Data);
        return at >= 0 ? at : LastError == NoMore ? null : offset;
    }

    /// <summary>Fills a buffer with names of a folder; 0 at the end, -1 with <see cref="LastError"/> set.</summary>
    public static unsafe int GetDents(SafeFileHandle folder, Span<byte> buffer)
    {
        fixed (byte* start = buffer)
        {
            var length = (int)GetDentsNative(Number(folder), start, buffer.Length);
            GC.KeepAlive(folder);
            return length;
        }
    }

    public static unsafe byte[]? ReadLinkAt(SafeFileHandle folder, ReadOnlySpan<byte> name)
    {
        var buffer = stackalloc byte[4096];
        fixed (byte* path = Terminate(name))
        {
            var length = (int)ReadLinkAtNative(Number(folder), path, buffer, 4096);
            GC.KeepAlive(folder);
            return length is > 0 and < 4096 ? new ReadOnlySpan<byte>(buffer, length).ToArray() : null;
        }
    }

    public static unsafe bool MkDirAt(SafeFileHandle folder, ReadOnlySpan<byte> name, int mode)
    {
        fixed (byte* path = Terminate(name))
        {
            var result = MkDirAtNative(Number(folder), path, (uint)mode);
            GC.KeepAlive(folder);
            return result == 0;
        }
    }

    public static unsafe bool SymlinkAt(ReadOnlySpan<byte> target, SafeFileHandle folder, ReadOnlySpan<byte> name)
    {
        fixed (byte* to = Terminate(target), path = Terminate(name))
        {
            var result = SymlinkAtNative(to, Number(folder), path);
            GC.KeepAlive(folder);
            return result == 0;
        }
    }

    public static unsafe bool UnlinkAt(SafeFileHandle folder, ReadOnlySpan<byte> name, int flags = 0)
    {
        fixed (byte* path = Terminate(name))
        {
            var result = UnlinkAtNative(Number(folder), path, flags);
            GC.KeepAlive(folder);
            return result == 0;
        }
    }

    /// <summary>Sets access and modification time of a name in a folder, links not followed.</summary>
    public static unsafe bool SetTimes(SafeFileHandle folder, ReadOnlySpan<byte> name, long nanoseconds)
    {
        var times = stackalloc long[4];
        Split(nanoseconds, times);
        fixed (byte* path = Terminate(name))
        {
            var result = UTimensAtNative(Number(folder), path, times, SymlinkNoFollow);
            GC.KeepAlive(folder);
            return result == 0;
        }
    }

    /// <summary>The same of an open file.</summary>
    public static unsafe bool SetTimes(SafeFileHandle file, long nanoseconds)
    {
        var times = stackalloc long[4];
        Split(nanoseconds, times);
        return FUTimeNsNative(file, times) == 0;
    }

    /// <summary>Seconds and nanoseconds, twice: access and modification.</summary>
    private static unsafe void Split(long nanoseconds, long* times)
    {
        var seconds = Math.DivRem(nanoseconds, 1_000_000_000, out var rest);
        if (rest < 0)
        {
            seconds--;
            rest += 1_000_000_000;
        }
        (times[0], times[1], times[2], times[3]) = (seconds, rest, seconds, rest);
    }

    public static bool ChMod(SafeFileHandle file, int mode) => FChModNative(file, (uint)mode) == 0;

    public static bool SyncFileSystem(SafeFileHandle file) => SyncFsNative(file) == 0;

    public static bool Sync(SafeFileHandle file) => FSyncNative(file) == 0;

    /// <summary>
    /// Begins to write back what is dirty of a file, and waits for nothing but what is under way already. The kernel notes the time of a store into mapped memory when its page
    /// is first written to, and then lets stores pass unseen until the page was written back: from here on the next one is noted again.
    /// </summary>
    public static void BeginWriteBack(SafeFileHandle file)
    {
        const uint WaitBefore = 1, Write = 2;
        if (OperatingSystem.IsLinux())
            _ = SyncFileRangeNative(file, 0, 0, WaitBefore | Write);
    }

    /// <summary>Whether another open file has a lock of the whole file that shares it with nobody. Takes a shared one, which ends with the handle.</summary>
    public static bool IsLocked(SafeFileHandle file)
    {
        const int Shared = 1, NotBlocking = 4;
        return FLockNative(file, Shared | NotBlocking) != 0;
    }

    /// <summary>CLOCK_BOOTTIME in nanoseconds.</summary>
    public static unsafe long BootTime()
    {
        const int ClockBootTime = 7;
        var time = stackalloc long[2];
        return ClockGetTimeNative(ClockBootTime, time) == 0 ? time[0] * 1_000_000_000 + time[1] : throw new IOException("There is no CLOCK_BOOTTIME.");
    }

    public static SafeFileHandle? CreateInotify() => InotifyInitNative(CloseOnExec | NonBlocking) is >= 0 and var number ? new SafeFileHandle(number, true) : null;

    /// <summary>Waits until there is something to read; false when there is not in time.</summary>
    public static unsafe bool WaitReadable(SafeFileHandle file, int milliseconds)
    {
        // struct pollfd: descriptor, events asked for (POLLIN), events seen.
        var entry = (long)(uint)Number(file) | (1L << 32);
        var result = PollNative(&entry, 1, milliseconds);
        GC.KeepAlive(file);
        return result > 0;
    }

    /// <summary>Watches an open folder, whatever its name is now; its number, or -1.</summary>
    public static unsafe int Watch(SafeFileHandle inotify, SafeFileHandle folder, uint mask)
    {
        fixed (byte* path = System.Text.Encoding.ASCII.GetBytes($"/proc/self/fd/{Number(folder)}\0"))
        {
            var result = InotifyAddWatchNative(inotify, path, mask);
            GC.KeepAlive(folder);
            return result;
        }
    }

    public static unsafe int Read(SafeFileHandle file, Span<byte> buffer)
    {
        fixed (byte* start = buffer)
            return (int)ReadNative(file, start, buffer.Length);
    }

    private static int Number(SafeFileHandle? handle) => handle is null ? AtFdCwd : (int)handle.DangerousGetHandle();

    private static byte[] Terminate(ReadOnlySpan<byte> name) => [.. name, 0];
}
