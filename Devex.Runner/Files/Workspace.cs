using System.Text;
using Devex.Contracts.Protocol;
using Devex.Runner.Serving;
using Devex.Runner.Sessions;
using Microsoft.Win32.SafeHandles;

namespace Devex.Runner.Files;

/// <summary>
/// The only function that contains: it turns a path into a location inside the workspace. Links on the way are followed while they stay
/// inside. Usually the kernel resolves the folder in one call that cannot leave (openat2); where it cannot, and for links to full paths
/// inside the workspace, the path is walked folder by folder.
/// </summary>
internal sealed class Workspace : IDisposable
{
    private const int MaxLinks = 40;
    private const int MaxTarget = 4096;

    private readonly SafeFileHandle _root;
    private readonly byte[] _rootPath;

    public Workspace(ServeOptions options)
    {
        Path = options.Workspace.TrimEnd('/');
        _rootPath = Encoding.UTF8.GetBytes(Path + "/");
        _root = FileCalls.OpenPath(Path, FileCalls.PathOnly | FileCalls.Folder)
            ?? throw new UsageException($"The workspace '{Path}' cannot be opened (error {FileCalls.Error}).");
    }

    /// <summary>Its full path, as programs see it.</summary>
    public string Path { get; }

    /// <summary>Finds a path.</summary>
    /// <param name="path">Relative to the workspace.</param>
    /// <param name="follow">Whether a link at its end is followed too: yes to read, write and list, no to rename and delete.</param>
    /// <exception cref="SessionException">400 for a path that cannot be, 403 when it leads out, 404 when a folder on it is missing.</exception>
    public Location Locate(string path, bool follow)
    {
        var segments = RelativePath.Parse(path);
        if (segments.Length == 0)
            return new Location(OpenRoot(), FileNames.Self, path);
        if (OpenFolderOf(segments, path) is not { } folder)
            return Walk(segments, path, follow);
        var name = segments[^1];
        if (!follow || FileCalls.Stat(folder, name) is not { Kind: FileKind.Link })
            return new Location(folder, name, path);
        folder.Dispose();
        return Walk(segments, path, follow);
    }

    /// <summary>What a path leads to, links followed; null when it leads nowhere or out.</summary>
    public FileKind? KindBehind(string path)
    {
        try
        {
            using var location = Locate(path, follow: true);
            return location.TryStat()?.Kind;
        }
        catch (SessionException)
        {
            return null;
        }
    }

    public void Dispose() => _root.Dispose();

    private SafeFileHandle OpenRoot() =>
        FileCalls.Open(_root, FileNames.Self, FileCalls.PathOnly | FileCalls.Folder) ?? throw FileErrors.From(FileCalls.Error, "");

    /// <summary>Null when it has to be walked.</summary>
    private SafeFileHandle? OpenFolderOf(byte[][] segments, string path)
    {
        if (segments.Length == 1)
            return OpenRoot();
        var joined = new List<byte>(path.Length);
        foreach (var segment in segments.AsSpan(0, segments.Length - 1))
        {
            joined.AddRange(segment.AsSpan(0, segment.Length - 1));
            joined.Add((byte)'/');
        }
        joined.Add(0);
        if (FileCalls.OpenBeneath(_root, [.. joined], FileCalls.PathOnly | FileCalls.Folder) is { } folder)
            return folder;
        var error = FileCalls.Error;
        return error is FileErrors.NotFound or FileErrors.NoFolder or FileErrors.Access ? throw FileErrors.From(error, path) : null;
    }

    private Location Walk(byte[][] segments, string path, bool follow)
    {
        var way = new Stack<SafeFileHandle>([OpenRoot()]);
        var ahead = new Stack<byte[]>(segments.Reverse());
        var links = 0;
        try
        {
            while (ahead.TryPop(out var name))
            {
                if (name.AsSpan().SequenceEqual("..\0"u8))
                {
                    way.Pop().Dispose();
                    if (way.Count == 0)
                        throw FileErrors.Outside(path);
                    continue;
                }
                var last = ahead.Count == 0;
                var kind = FileCalls.Stat(way.Peek(), name)?.Kind;
                if (kind is null && (!last || FileCalls.Error != FileErrors.NotFound))
                    throw FileErrors.From(FileCalls.Error, path);
                if (kind == FileKind.Link && (!last || follow))
                {
                    if (++links > MaxLinks)
                        throw new SessionException(ErrorCodes.BadPath, "files.loop", "The links on this path go in circles.", path);
                    FollowLink(way, ahead, name, path);
                }
                else if (last)
                {
                    return new Location(way.Pop(), name, path);
                }
                else
                {
                    way.Push(FileCalls.Open(way.Peek(), name, FileCalls.PathOnly | FileCalls.Folder | FileCalls.NoFollow)
                        ?? throw FileErrors.From(FileCalls.Error, path));
                }
            }
            return new Location(way.Pop(), FileNames.Self, path);
        }
        finally
        {
            foreach (var folder in way)
                folder.Dispose();
        }
    }

    private void FollowLink(Stack<SafeFileHandle> way, Stack<byte[]> ahead, byte[] name, string path)
    {
        ReadOnlySpan<byte> target = ReadLink(way.Peek(), name, path);
        if (target.StartsWith("/"u8))
        {
            if (target.StartsWith(_rootPath))
                target = target[_rootPath.Length..];
            else if (target.SequenceEqual(_rootPath.AsSpan(0, _rootPath.Length - 1)))
                target = [];
            else
                throw FileErrors.Outside(path);
            while (way.Count > 1)
                way.Pop().Dispose();
        }
        var parts = new List<byte[]>();
        foreach (var part in target.Split((byte)'/'))
        {
            if (target[part] is { Length: > 0 } segment && !segment.SequenceEqual("."u8))
                parts.Add([.. segment, 0]);
        }
        for (var i = parts.Count - 1; i >= 0; i--)
            ahead.Push(parts[i]);
    }

    /// <summary>Where a link points, as bytes without NUL.</summary>
    public static byte[] ReadLink(SafeFileHandle folder, byte[] name, string path)
    {
        var buffer = new byte[MaxTarget];
        var length = FileCalls.ReadLink(folder, name, buffer, MaxTarget);
        return length >= 0 ? buffer[..(int)length] : throw FileErrors.From(FileCalls.Error, path);
    }
}
