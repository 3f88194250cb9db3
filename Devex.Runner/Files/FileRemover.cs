using Devex.Contracts.Protocol;
using Devex.Runner.Sessions;
using Microsoft.Win32.SafeHandles;

namespace Devex.Runner.Files;

/// <summary>Deletes files, links and whole folders; what a link leads to is never touched.</summary>
internal static class FileRemover
{
    private const int MaxDepth = 400;
    private const int Writable = 0x1c0;

    public static void Remove(Location location, bool recursive, CancellationToken cancellation)
    {
        if (location.Stat().Kind != FileKind.Folder)
        {
            if (FileCalls.Unlink(location.Folder, location.Name, 0) != 0)
                throw FileErrors.From(FileCalls.Error, location.Path);
            return;
        }
        if (FileCalls.Unlink(location.Folder, location.Name, FileCalls.RemoveFolder) == 0)
            return;
        var error = FileCalls.Error;
        if (error is not (FileErrors.NotEmpty or FileErrors.Exists))
            throw FileErrors.From(error, location.Path);
        if (!recursive && !HoldsOnlyTemporaries(location))
            throw FileErrors.From(FileErrors.NotEmpty, location.Path);
        RemoveFolder(location.Folder, location.Name, location.Path, 0, cancellation);
    }

    /// <summary>Empties and removes a folder.</summary>
    private static void RemoveFolder(SafeFileHandle parent, byte[] name, string path, int depth, CancellationToken cancellation)
    {
        if (depth > MaxDepth)
            throw new SessionException(ErrorCodes.TooLarge, "files.deep", $"The folder is nested over {MaxDepth} levels deep; delete it in a terminal.", path, MaxDepth);
        using (var folder = OpenWritable(parent, name, path))
        {
            foreach (var entry in FolderEntries.Read(folder, path, temporaryToo: true))
            {
                cancellation.ThrowIfCancellationRequested();
                if (FileCalls.Unlink(folder, entry, 0) == 0)
                    continue;
                var error = FileCalls.Error;
                if (error is FileErrors.IsFolder or FileErrors.Permission && FileCalls.Stat(folder, entry) is { Kind: FileKind.Folder })
                    RemoveFolder(folder, entry, path, depth + 1, cancellation);
                else if (error != FileErrors.NotFound)
                    throw FileErrors.From(error, path);
            }
        }
        if (FileCalls.Unlink(parent, name, FileCalls.RemoveFolder) != 0 && FileCalls.Error != FileErrors.NotFound)
            throw FileErrors.From(FileCalls.Error, path);
    }

    private static SafeFileHandle OpenWritable(SafeFileHandle parent, byte[] name, string path)
    {
        var flags = FileCalls.ReadOnly | FileCalls.Folder | FileCalls.NoFollow;
        var folder = FileCalls.Open(parent, name, flags) ?? throw FileErrors.From(FileCalls.Error, path);
        // Package caches make their folders read-only; their owner deletes them all the same.
        if (FileCalls.Stat(folder) is { } stat && (stat.Mode & Writable) != Writable)
            _ = FileCalls.ChangeMode(folder, stat.Mode | Writable);
        return folder;
    }

    private static bool HoldsOnlyTemporaries(Location location)
    {
        using var folder = location.OpenFolder();
        return FolderEntries.Read(folder, location.Path).Count == 0;
    }
}
