using System.Text;
using Devex.Contracts.Protocol;
using Devex.Runner.Sessions;
using Microsoft.Win32.SafeHandles;

namespace Devex.Runner.Files;

/// <summary>Reads and changes files of the workspace, for sessions, HTTP and documents alike. Paths are as in <see cref="RelativePath"/>.</summary>
internal sealed class WorkspaceFiles(Workspace workspace, FileDrafts drafts)
{
    /// <summary>Most bytes that <see cref="Read"/> gives at once.</summary>
    public const int MaxRead = 8 << 20;

    private const int MaxEntries = 50_000;
    private const int AnyMode = 0x1b6;
    private const int AnyFolderMode = 0x1ff;

    private static readonly UTF8Encoding StrictUtf8 = new(false, throwOnInvalidBytes: true);

    /// <summary>Raised after a rename through here, with the former and the new path: a folder's files have moved too.</summary>
    public event Action<string, string>? Moved;

    /// <summary>The entries of a folder: folders first, then by name.</summary>
    public FileList List(string path)
    {
        using var location = workspace.Locate(path, follow: true);
        using var folder = location.OpenFolder();
        var names = FolderEntries.Read(folder, path);
        if (names.Count > MaxEntries)
            throw new SessionException(ErrorCodes.TooLarge, "files.tooMany", $"The folder has over {MaxEntries} entries; look at it in a terminal.", path, MaxEntries);
        var entries = new List<FileEntry>(names.Count);
        foreach (var name in names)
        {
            // What is gone since the names were read is not an entry.
            if (FileCalls.Stat(folder, name) is { } stat)
                entries.Add(Describe(folder, name, stat, path));
        }
        entries.Sort(static (a, b) =>
        {
            var byKind = (a.Kind != FileKind.Folder).CompareTo(b.Kind != FileKind.Folder);
            var byName = byKind != 0 ? byKind : string.Compare(a.Name, b.Name, StringComparison.OrdinalIgnoreCase);
            return byName != 0 ? byName : string.CompareOrdinal(a.Name, b.Name);
        });
        return new FileList(entries);
    }

    /// <summary>One entry; a link is not followed.</summary>
    public FileEntry Stat(string path)
    {
        using var location = workspace.Locate(path, follow: false);
        return Entry(location);
    }

    /// <summary>Opens a regular file for reading, links followed.</summary>
    public SafeFileHandle OpenRead(string path, out FileStat stat)
    {
        using var location = workspace.Locate(path, follow: true);
        return location.OpenFile(FileCalls.ReadOnly, out stat);
    }

    /// <summary>The bytes of a file of at most <paramref name="limit"/>, and the version they are of.</summary>
    public (byte[] Content, string Version) ReadBytes(string path, long limit = MaxRead)
    {
        using var file = OpenRead(path, out var stat);
        if (stat.Size > limit)
            throw new SessionException(ErrorCodes.TooLarge, "files.tooLarge", $"The file is larger than {limit >> 20} MiB; download it.", path, limit);
        var content = new byte[stat.Size];
        var length = 0;
        while (length < content.Length && RandomAccess.Read(file, content.AsSpan(length), length) is > 0 and var read)
            length += read;
        return (length == content.Length ? content : content[..length], stat.Version);
    }

    /// <summary>A file's content: as text where it is UTF-8.</summary>
    public FileContent Read(string path)
    {
        var (content, version) = ReadBytes(path);
        try
        {
            return new FileContent(StrictUtf8.GetString(content), ContentEncoding.Utf8, version, content.Length);
        }
        catch (DecoderFallbackException)
        {
            return new FileContent(Convert.ToBase64String(content), ContentEncoding.Base64, version, content.Length);
        }
    }

    /// <summary>Replaces or makes a file as a whole.</summary>
    /// <param name="path">Where; a link is followed inside the workspace.</param>
    /// <param name="content">All of it.</param>
    /// <param name="expected">The version it replaces; null when it must not exist; <c>*</c> for any.</param>
    /// <returns>The new version.</returns>
    public string Write(string path, ReadOnlySpan<byte> content, string? expected)
    {
        using var draft = drafts.Begin(path, expected);
        draft.Write(content);
        return draft.Commit();
    }

    /// <summary>Makes an empty file, a folder or a link.</summary>
    public FileEntry Create(string path, FileKind kind, string? target)
    {
        using var location = workspace.Locate(path, follow: false);
        RequireName(location);
        switch (kind)
        {
            case FileKind.File:
                using (FileCalls.Open(location.Folder, location.Name, FileCalls.WriteOnly | FileCalls.Create | FileCalls.Exclusive | FileCalls.NoFollow, AnyMode)
                    ?? throw FileErrors.From(FileCalls.Error, path))
                {
                }
                break;
            case FileKind.Folder:
                Check(FileCalls.MakeFolder(location.Folder, location.Name, AnyFolderMode), path);
                break;
            case FileKind.Link when target is { Length: > 0 and < 4096 } && !target.Contains('\0', StringComparison.Ordinal):
                Check(FileCalls.MakeLink(FileNames.Encode(target), location.Folder, location.Name), path);
                break;
            default:
                throw new SessionException(ErrorCodes.InvalidParams, "files.kind", "A file, a folder, or a link with a target can be made.", path);
        }
        return Entry(location);
    }

    /// <summary>Renames or moves; a link itself is moved, not what it leads to.</summary>
    public FileEntry Rename(string from, string to, bool overwrite)
    {
        using var source = workspace.Locate(from, follow: false);
        using var target = workspace.Locate(to, follow: false);
        RequireName(source);
        RequireName(target);
        if (FileCalls.Rename(source.Folder, source.Name, target.Folder, target.Name, overwrite ? 0 : FileCalls.NoReplace) != 0)
        {
            throw FileCalls.Error switch
            {
                FileErrors.Invalid => IntoItself(to),
                FileErrors.Exists => FileErrors.Taken(to),
                var error => FileErrors.From(error, error == FileErrors.NotFound ? from : to),
            };
        }
        Moved?.Invoke(from, to);
        return Entry(target);
    }

    /// <summary>Copies a file, a link, or a folder with all that is in it; modes are kept, links stay links, pipes and devices are left out.</summary>
    public FileEntry Copy(string from, string to, bool overwrite, CancellationToken cancellation)
    {
        using var source = workspace.Locate(from, follow: false);
        using var target = workspace.Locate(to, follow: false);
        RequireName(target);
        if ((to + "/").StartsWith(from + "/", StringComparison.Ordinal) || from.Length == 0)
            throw IntoItself(to);
        if (!overwrite && target.TryStat() is not null)
            throw FileErrors.Taken(to);
        new FileCopier(cancellation).Copy(source, target, overwrite);
        return Entry(target);
    }

    /// <summary>Deletes; never follows a link. A folder that is not empty needs <paramref name="recursive"/>.</summary>
    public void Delete(string path, bool recursive, CancellationToken cancellation)
    {
        using var location = workspace.Locate(path, follow: false);
        RequireName(location);
        FileRemover.Remove(location, recursive, cancellation);
    }

    /// <inheritdoc cref="Workspace.KindBehind"/>
    public FileKind? KindBehind(string path) => workspace.KindBehind(path);

    private FileEntry Entry(Location location)
    {
        var folder = location.Path.LastIndexOf('/') is > 0 and var slash ? location.Path[..slash] : "";
        return Describe(location.Folder, location.Name, location.Stat(), folder) with { Name = RelativePath.Name(location.Path) };
    }

    private FileEntry Describe(SafeFileHandle folder, byte[] rawName, FileStat stat, string folderPath)
    {
        var name = FileNames.Decode(rawName);
        var entry = new FileEntry(
            name, stat.Kind, stat.Size, stat.ModifiedAt, stat.Mode & AnyFolderMode, stat.Kind == FileKind.File ? stat.Version : null);
        if (stat.Kind != FileKind.Link)
            return entry;
        var target = FileNames.Decode(Workspace.ReadLink(folder, rawName, name));
        return entry with { Target = target, TargetKind = workspace.KindBehind(RelativePath.Join(folderPath, name)) };
    }

    private static void RequireName(Location location)
    {
        if (location.IsSelf)
            throw FileErrors.IsRoot();
    }

    private static void Check(int result, string path)
    {
        if (result != 0)
            throw FileErrors.From(FileCalls.Error, path);
    }

    private static SessionException IntoItself(string path) =>
        new(ErrorCodes.BadPath, "files.intoItself", "A folder cannot go into itself.", path);
}
