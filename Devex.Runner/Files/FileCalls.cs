using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Devex.Runner.Files;

/// <summary>
/// The kernel's calls about files, all relative to an open folder, so that a link swapped between a check and its use changes nothing.
/// Names are bytes that end in NUL: file names need not be UTF-8.
/// </summary>
internal static partial class FileCalls
{
    public const int ReadOnly = 0;
    public const int WriteOnly = 1;
    public const int ReadWrite = 2;
    public const int Create = 0x40;
    public const int Exclusive = 0x80;
    public const int NoTerminal = 0x100;
    public const int NonBlocking = 0x800;
    public const int CloseOnExec = 0x80000;
    public const int PathOnly = 0x200000;

    public const int NoReplace = 1;
    public const int RemoveFolder = 0x200;

    private const int SymlinkNoFollow = 0x100;
    private const int EmptyPath = 0x1000;
    private const uint BasicStats = 0x7ff;
    private const nint OpenAt2Number = 437;
    private const ulong ResolveNoMagicLinks = 0x02;
    private const ulong ResolveBeneath = 0x08;

    /// <summary>O_DIRECTORY; arm64 has other numbers than x64.</summary>
    public static readonly int Folder = RuntimeInformation.ProcessArchitecture == Architecture.Arm64 ? 0x4000 : 0x10000;

    /// <summary>O_NOFOLLOW.</summary>
    public static readonly int NoFollow = RuntimeInformation.ProcessArchitecture == Architecture.Arm64 ? 0x8000 : 0x20000;

    /// <summary>Opens a name in a folder; null on failure, with the error in <see cref="Error"/>.</summary>
    public static SafeFileHandle? Open(SafeFileHandle folder, byte[] name, int flags, int mode = 0) =>
        Wrap(OpenAt(folder, name, flags | CloseOnExec, mode));

    /// <summary>Opens the folder at the start, by its full path.</summary>
    public static SafeFileHandle? OpenPath(string path, int flags) => Wrap(OpenByPath(path, flags | CloseOnExec, 0));

    /// <summary>Opens a path below a folder in one call; nothing on it may lead out (RESOLVE_BENEATH).</summary>
    public static unsafe SafeFileHandle? OpenBeneath(SafeFileHandle folder, byte[] path, int flags)
    {
        var how = new OpenHow { Flags = (ulong)(uint)(flags | CloseOnExec), Resolve = ResolveBeneath | ResolveNoMagicLinks };
        return Wrap((int)OpenAt2(OpenAt2Number, folder, path, &how, (nuint)sizeof(OpenHow)));
    }

    /// <summary>Looks at a name without following it; null on failure.</summary>
    public static FileStat? Stat(SafeFileHandle folder, byte[] name) => Stat(folder, name, SymlinkNoFollow);

    /// <summary>Looks at an open file.</summary>
    public static FileStat? Stat(SafeFileHandle file) => Stat(file, [0], EmptyPath);

    /// <summary>The error of the last call.</summary>
    public static int Error => Marshal.GetLastPInvokeError();

    private static FileStat? Stat(SafeFileHandle folder, byte[] name, int flags) =>
        StatX(folder, name, flags, BasicStats, out var stat) == 0 ? new FileStat(stat) : null;

    private static SafeFileHandle? Wrap(int descriptor) => descriptor < 0 ? null : new SafeFileHandle(descriptor, ownsHandle: true);

    [LibraryImport("libc", EntryPoint = "openat", SetLastError = true)]
    private static partial int OpenAt(SafeFileHandle folder, byte[] name, int flags, int mode);

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int OpenByPath(string path, int flags, int mode);

    [LibraryImport("libc", EntryPoint = "syscall", SetLastError = true)]
    private static unsafe partial nint OpenAt2(nint number, SafeFileHandle folder, byte[] path, OpenHow* how, nuint size);

    [LibraryImport("libc", EntryPoint = "statx", SetLastError = true)]
    private static partial int StatX(SafeFileHandle folder, byte[] name, int flags, uint mask, out StatXBuffer stat);

    [LibraryImport("libc", EntryPoint = "mkdirat", SetLastError = true)]
    public static partial int MakeFolder(SafeFileHandle folder, byte[] name, int mode);

    [LibraryImport("libc", EntryPoint = "symlinkat", SetLastError = true)]
    public static partial int MakeLink(byte[] target, SafeFileHandle folder, byte[] name);

    [LibraryImport("libc", EntryPoint = "unlinkat", SetLastError = true)]
    public static partial int Unlink(SafeFileHandle folder, byte[] name, int flags);

    [LibraryImport("libc", EntryPoint = "renameat2", SetLastError = true)]
    public static partial int Rename(SafeFileHandle fromFolder, byte[] from, SafeFileHandle toFolder, byte[] to, int flags);

    [LibraryImport("libc", EntryPoint = "readlinkat", SetLastError = true)]
    public static partial nint ReadLink(SafeFileHandle folder, byte[] name, [Out] byte[] buffer, nuint size);

    [LibraryImport("libc", EntryPoint = "fchmod", SetLastError = true)]
    public static partial int ChangeMode(SafeFileHandle file, int mode);

    [LibraryImport("libc", EntryPoint = "fallocate", SetLastError = true)]
    public static partial int Allocate(SafeFileHandle file, int mode, long offset, long length);

    [LibraryImport("libc", EntryPoint = "copy_file_range", SetLastError = true)]
    public static partial nint CopyRange(SafeFileHandle from, nint fromOffset, SafeFileHandle to, nint toOffset, nuint length, uint flags);

    [LibraryImport("libc", EntryPoint = "getdents64", SetLastError = true)]
    public static partial nint ReadFolder(SafeFileHandle folder, [Out] byte[] buffer, nuint size);

    [LibraryImport("libc", EntryPoint = "geteuid")]
    public static partial uint EffectiveUser();

    private struct OpenHow
    {
        public ulong Flags;
        public ulong Mode;
        public ulong Resolve;
    }
}
