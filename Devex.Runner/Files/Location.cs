using Devex.Contracts.Protocol;
using Microsoft.Win32.SafeHandles;

namespace Devex.Runner.Files;

/// <summary>
/// A name in an open folder that lies inside the workspace. Everything done to a file is done to a location, never to a path.
/// </summary>
/// <param name="folder">The folder.</param>
/// <param name="name">The name in it, which may or may not exist.</param>
/// <param name="path">What was asked for; for messages.</param>
internal sealed class Location(SafeFileHandle folder, byte[] name, string path) : IDisposable
{
    public SafeFileHandle Folder { get; } = folder;

    public byte[] Name { get; } = name;

    public string Path { get; } = path;

    /// <summary>Whether it is a folder reached as such (the workspace itself, or through a link to it), which has no name to change.</summary>
    public bool IsSelf => Name.AsSpan().SequenceEqual(FileNames.Self);

    /// <summary>What is there, not followed; null when nothing is.</summary>
    public FileStat? TryStat()
    {
        if (FileCalls.Stat(Folder, Name) is { } stat)
            return stat;
        return FileCalls.Error == FileErrors.NotFound ? null : throw FileErrors.From(FileCalls.Error, Path);
    }

    /// <summary>What is there, not followed.</summary>
    public FileStat Stat() => TryStat() ?? throw FileErrors.Missing(Path);

    /// <summary>Opens a regular file, and nothing else: a pipe does not hang, a device is not touched.</summary>
    public SafeFileHandle OpenFile(int access, out FileStat stat)
    {
        RequireFile(Stat());
        var file = FileCalls.Open(Folder, Name, access | FileCalls.NoFollow | FileCalls.NonBlocking | FileCalls.NoTerminal)
            ?? throw FileErrors.From(FileCalls.Error, Path);
        try
        {
            stat = FileCalls.Stat(file) ?? throw FileErrors.From(FileCalls.Error, Path);
            RequireFile(stat);
            return file;
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>Opens a folder for reading its entries.</summary>
    public SafeFileHandle OpenFolder() =>
        FileCalls.Open(Folder, Name, FileCalls.ReadOnly | FileCalls.Folder | FileCalls.NoFollow)
        ?? throw (FileCalls.Error == FileErrors.NoFolder
            ? new Sessions.SessionException(ErrorCodes.WrongKind, "files.notFolder", "It is not a folder.", Path)
            : FileErrors.From(FileCalls.Error, Path));

    public void Dispose() => Folder.Dispose();

    private void RequireFile(FileStat stat)
    {
        if (stat.Kind == FileKind.Folder)
            throw FileErrors.IsAFolder(Path);
        if (stat.Kind == FileKind.Link)
            throw FileErrors.Changed(Path);
        if (stat.Kind != FileKind.File)
            throw FileErrors.NotAFile(Path);
    }
}
