using System.Runtime.InteropServices;

namespace Devex.EmbeddedS3.Objects;

/// <summary>What a durable rename takes, and .NET has no call for.</summary>
internal static partial class Disk
{
    private const int ReadOnly = 0;

    /// <summary>Renames over whatever has that name, and returns when the folder's new state is on the disk.</summary>
    public static void Rename(string from, string to)
    {
        File.Move(from, to, overwrite: true);
        Sync(Path.GetDirectoryName(to)!);
    }

    /// <summary>Deletes a file, and returns when the folder's new state is on the disk.</summary>
    public static void Delete(string path)
    {
        File.Delete(path);
        Sync(Path.GetDirectoryName(path)!);
    }

    /// <summary>fsync of a folder: without it a rename may be undone by a power cut.</summary>
    public static void Sync(string folder)
    {
        var descriptor = Open(folder, ReadOnly);
        if (descriptor < 0) throw new IOException($"{folder} cannot be opened (errno {Marshal.GetLastPInvokeError()}).");
        try
        {
            if (FSync(descriptor) != 0) throw new IOException($"{folder} cannot be made durable (errno {Marshal.GetLastPInvokeError()}).");
        }
        finally
        {
            _ = Close(descriptor);
        }
    }

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static partial int FSync(int descriptor);

    [LibraryImport("libc", EntryPoint = "close")]
    private static partial int Close(int descriptor);
}
