using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Devex.Runner.Documents;

/// <summary>Where files really are, for knowing two names of one file as one document. Nothing is opened by these paths.</summary>
internal static partial class RealPaths
{
    /// <summary>The path without links; itself where it cannot be resolved.</summary>
    public static unsafe string Resolve(string path)
    {
        var buffer = stackalloc byte[4097];
        return RealPath(path, buffer) is null ? path : Marshal.PtrToStringUTF8((nint)buffer)!;
    }

    /// <summary>The path of an open file at this moment.</summary>
    public static string Of(SafeFileHandle file) => Resolve($"/proc/self/fd/{file.DangerousGetHandle()}");

    [LibraryImport("libc", EntryPoint = "realpath", StringMarshalling = StringMarshalling.Utf8)]
    private static unsafe partial byte* RealPath(string path, byte* resolved);
}
