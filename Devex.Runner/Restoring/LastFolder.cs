using Devex.Runner.Snapshots;
using Devex.Snapshots.Entries;
using Microsoft.Win32.SafeHandles;

namespace Devex.Runner.Restoring;

/// <summary>
/// The folder of the last path asked for, kept open: paths come folder by folder, and each step of the way to one is a call. While restore runs nobody else moves folders. For one thread.
/// </summary>
internal sealed class LastFolder(Parts parts) : IDisposable
{
    private SafeFileHandle? _folder;
    private byte[] _path = [];

    /// <summary>The open folder that holds <paramref name="path"/>, valid until the next call; null when it is not there or a link is on the way.</summary>
    public SafeFileHandle? Of(SnapshotPath path)
    {
        if (_folder is not null && path.Folder.SequenceEqual(_path))
            return _folder;
        _folder?.Dispose();
        _folder = parts.OpenFolderOf(path);
        _path = path.Folder.ToArray();
        return _folder;
    }

    public void Dispose() => _folder?.Dispose();
}
