using Devex.Contracts.Protocol;
using Devex.Runner.Sessions;
using Microsoft.Win32.SafeHandles;

namespace Devex.Runner.Files;

/// <summary>
/// Copies under a temporary name and renames at the end: a copy is there as a whole or not at all. Modes are kept, links stay links,
/// pipes, sockets and devices are left out.
/// </summary>
internal sealed class FileCopier(CancellationToken cancellation)
{
    private const int MaxDepth = 400;
    private const int PrivateMode = 0x180;
    private const int PrivateFolderMode = 0x1c0;
    private const int Chunk = 1 << 20;

    private (uint, uint, ulong)? _copy;

    public void Copy(Location source, Location target, bool overwrite)
    {
        var temporary = new Location(target.Folder, FileNames.Temporary(), target.Path);
        try
        {
            CopyEntry(source.Folder, source.Name, source.Stat(), temporary.Folder, temporary.Name, source.Path, 0);
            if (overwrite && target.TryStat() is { Kind: FileKind.Folder })
                FileRemover.Remove(target, recursive: true, cancellation);
            if (FileCalls.Rename(temporary.Folder, temporary.Name, target.Folder, target.Name, overwrite ? 0 : FileCalls.NoReplace) != 0)
                throw FileErrors.From(FileCalls.Error, target.Path);
        }
        catch
        {
            if (temporary.TryStat() is not null)
                FileRemover.Remove(temporary, recursive: true, CancellationToken.None);
            throw;
        }
    }

    private void CopyEntry(SafeFileHandle from, byte[] name, FileStat stat, SafeFileHandle to, byte[] copy, string path, int depth)
    {
        cancellation.ThrowIfCancellationRequested();
        switch (stat.Kind)
        {
            case FileKind.File:
                CopyFile(from, name, to, copy, path);
                break;
            case FileKind.Folder:
                CopyFolder(from, name, to, copy, path, depth);
                break;
            case FileKind.Link:
                Check(FileCalls.MakeLink([.. Workspace.ReadLink(from, name, path), 0], to, copy), path);
                break;
            case FileKind.Other when depth == 0:
                throw FileErrors.NotAFile(path);
        }
    }

    private void CopyFolder(SafeFileHandle from, byte[] name, SafeFileHandle to, byte[] copy, string path, int depth)
    {
        if (depth > MaxDepth)
            throw new SessionException(ErrorCodes.TooLarge, "files.deep", $"The folder is nested over {MaxDepth} levels deep; copy it in a terminal.", path, MaxDepth);
        var flags = FileCalls.ReadOnly | FileCalls.Folder | FileCalls.NoFollow;
        using var source = FileCalls.Open(from, name, flags) ?? throw FileErrors.From(FileCalls.Error, path);
        Check(FileCalls.MakeFolder(to, copy, PrivateFolderMode), path);
        using var target = FileCalls.Open(to, copy, flags) ?? throw FileErrors.From(FileCalls.Error, path);
        _copy ??= FileCalls.Stat(target)?.Identity;
        foreach (var entry in FolderEntries.Read(source, path))
        {
            // Copied into itself by way of a link, the copy is not copied again.
            if (FileCalls.Stat(source, entry) is { } stat && stat.Identity != _copy)
                CopyEntry(source, entry, stat, target, entry, path, depth + 1);
        }
        Check(FileCalls.ChangeMode(target, FileCalls.Stat(source)?.Mode ?? PrivateFolderMode), path);
    }

    private void CopyFile(SafeFileHandle from, byte[] name, SafeFileHandle to, byte[] copy, string path)
    {
        using var location = new Location(new SafeFileHandle(from.DangerousGetHandle(), ownsHandle: false), name, path);
        using var source = location.OpenFile(FileCalls.ReadOnly, out var stat);
        using var target = FileCalls.Open(to, copy, FileCalls.WriteOnly | FileCalls.Create | FileCalls.Exclusive | FileCalls.NoFollow, PrivateMode)
            ?? throw FileErrors.From(FileCalls.Error, path);
        while (true)
        {
            cancellation.ThrowIfCancellationRequested();
            var copied = FileCalls.CopyRange(source, 0, target, 0, Chunk * 16, 0);
            if (copied == 0)
                break;
            if (copied > 0)
                continue;
            if (FileCalls.Error is not (FileErrors.CrossDevice or FileErrors.Invalid or FileErrors.NoSystemCall or FileErrors.NotSupported))
                throw FileErrors.From(FileCalls.Error, path);
            CopyByReading(source, target);
            break;
        }
        Check(FileCalls.ChangeMode(target, stat.Mode), path);
    }

    private void CopyByReading(SafeFileHandle source, SafeFileHandle target)
    {
        var buffer = new byte[Chunk];
        long at = 0;
        while (RandomAccess.Read(source, buffer, at) is > 0 and var read)
        {
            cancellation.ThrowIfCancellationRequested();
            RandomAccess.Write(target, buffer.AsSpan(0, read), at);
            at += read;
        }
    }

    private static void Check(int result, string path)
    {
        if (result != 0)
            throw FileErrors.From(FileCalls.Error, path);
    }
}
