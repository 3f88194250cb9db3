using System.Text;
using Devex.Snapshots.Entries;
using Microsoft.Win32.SafeHandles;

namespace Devex.Runner.Snapshots;

/// <summary>The three parts of a snapshot and their folders on the node.</summary>
internal sealed class Parts : IDisposable
{
    private readonly Dictionary<string, SafeFileHandle> _roots = [];

    private Parts()
    {
    }

    /// <summary>Opens the parts below <paramref name="files"/>, making what is absent.</summary>
    public static Parts Open(string files)
    {
        var parts = new Parts();
        foreach (var (part, folder) in new[] { ("workspace", "workspace"), ("home", "home"), ("documents", "journal") })
        {
            var path = Path.Combine(files, folder);
            Directory.CreateDirectory(path);
            parts._roots[part] = Folder.Open(null, Encoding.UTF8.GetBytes(path)) ?? throw new IOException($"{path} is no folder.");
        }
        return parts;
    }

    /// <summary>In order of their entries.</summary>
    public IEnumerable<(string Name, SafeFileHandle Root)> All => _roots.OrderBy(part => part.Key, StringComparer.Ordinal).Select(part => (part.Key, part.Value));

    /// <summary>The folder of a part.</summary>
    public SafeFileHandle Root(SnapshotPath part) => _roots[Encoding.UTF8.GetString(part.Bytes)];

    /// <summary>The open folder that holds <paramref name="path"/>; null when it is not there or a link is on the way.</summary>
    public SafeFileHandle? OpenFolderOf(SnapshotPath path) => OpenFolder(path.Folder);

    public SafeFileHandle? OpenFolder(ReadOnlySpan<byte> path)
    {
        var slash = path.IndexOf((byte)'/');
        var part = Encoding.UTF8.GetString(slash < 0 ? path : path[..slash]);
        return Folder.OpenBelow(_roots[part], slash < 0 ? [] : path[(slash + 1)..]);
    }

    public void Dispose()
    {
        foreach (var root in _roots.Values)
            root.Dispose();
    }
}
