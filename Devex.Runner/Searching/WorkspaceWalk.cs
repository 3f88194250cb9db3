using System.Text;
using Devex.Contracts.Protocol;
using Devex.Runner.Files;
using Devex.Runner.Sessions;
using Microsoft.Win32.SafeHandles;

namespace Devex.Runner.Searching;

/// <summary>
/// All regular files of the workspace, folder by folder. Every folder is opened in the one before it and no link is followed, so that nothing leads out.
/// </summary>
internal sealed class WorkspaceWalk(Workspace workspace, bool ignored)
{
    private const int MaxDepth = 100;
    private const int MaxIgnoreFile = 256 << 10;

    private static readonly string[] Dependencies = ["node_modules", ".venv", "__pycache__"];
    private static readonly byte[][] IgnoreFiles = [FileNames.Encode(".gitignore"), FileNames.Encode(".ignore")];

    /// <summary>Folder and name of each file.</summary>
    public IEnumerable<(string Folder, string Name)> Files(CancellationToken cancellation)
    {
        using var root = workspace.Locate("", follow: true);
        foreach (var file in In(root.OpenFolder(), [], [], cancellation))
            yield return file;
    }

    private IEnumerable<(string Folder, string Name)> In(
        SafeFileHandle opened, string[] path, IReadOnlyList<(IgnoreFile Rules, int Depth)> above, CancellationToken cancellation)
    {
        using var folder = opened;
        cancellation.ThrowIfCancellationRequested();
        var rules = ignored ? above : [.. above, .. IgnoreFiles.Select(name => Read(folder, name)).OfType<IgnoreFile>().Select(read => (read, path.Length))];
        var joined = string.Join('/', path);
        var folders = new List<(byte[] Raw, string[] Path)>();
        foreach (var raw in Names(folder, joined))
        {
            var name = FileNames.Decode(raw);
            if (name == ".git" || name.Contains('\uFFFD', StringComparison.Ordinal) || FileCalls.Stat(folder, raw) is not { Kind: FileKind.File or FileKind.Folder } stat)
                continue;
            string[] whole = [.. path, name];
            if (!ignored && IsIgnored(rules, whole, stat.Kind == FileKind.Folder))
                continue;
            if (stat.Kind == FileKind.File)
                yield return (joined, name);
            else if (path.Length < MaxDepth)
                folders.Add((raw, whole));
        }
        foreach (var (raw, whole) in folders)
        {
            // What is gone or forbidden by now has no files to give.
            if (FileCalls.Open(folder, raw, FileCalls.ReadOnly | FileCalls.Folder | FileCalls.NoFollow) is not { } next)
                continue;
            foreach (var file in In(next, whole, rules, cancellation))
                yield return file;
        }
    }

    private static bool IsIgnored(IReadOnlyList<(IgnoreFile Rules, int Depth)> rules, string[] path, bool isFolder)
    {
        for (var i = rules.Count - 1; i >= 0; i--)
        {
            if (rules[i].Rules.Says(path.AsSpan(rules[i].Depth), isFolder) is { } says)
                return says;
        }
        return isFolder && Dependencies.Contains(path[^1]);
    }

    private static List<byte[]> Names(SafeFileHandle folder, string path)
    {
        try
        {
            return FolderEntries.Read(folder, path);
        }
        catch (SessionException)
        {
            return [];
        }
    }

    private static IgnoreFile? Read(SafeFileHandle folder, byte[] name)
    {
        if (FileCalls.Stat(folder, name) is not { Kind: FileKind.File, Size: < MaxIgnoreFile } stat)
            return null;
        using var file = FileCalls.Open(folder, name, FileCalls.ReadOnly | FileCalls.NoFollow | FileCalls.NonBlocking);
        if (file is null)
            return null;
        var content = new byte[stat.Size];
        var length = RandomAccess.Read(file, content, 0);
        return new IgnoreFile(Encoding.UTF8.GetString(content, 0, length));
    }
}
