using System.Security.Cryptography;
using System.Text;
using Devex.Snapshots;
using Devex.Snapshots.Entries;

namespace Devex.Core.Templates;

/// <summary>A template's <c>workspace/</c> as entries, without contents' places.</summary>
internal sealed record TemplateFile(SnapshotEntry Entry, string Source)
{
    // Times of a checkout differ from machine to machine; one time for all makes the same files the same snapshot.
    private static readonly long Modified = DateTimeOffset.UnixEpoch.AddYears(56).ToUnixTimeMilliseconds() * 1_000_000;

    /// <summary>All files, folders and links in order.</summary>
    public static IReadOnlyList<TemplateFile> Read(string folder)
    {
        var files = new List<TemplateFile> { Folder("workspace", folder), Folder("home", folder), Folder("documents", folder) };
        var workspace = new DirectoryInfo(Path.Combine(folder, "workspace"));
        if (workspace.Exists)
            Add(files, workspace, "workspace");
        return [.. files.OrderBy(file => file.Entry.Path)];
    }

    /// <summary>Hash over everything that a snapshot of <paramref name="files"/> depends on.</summary>
    public static string Hash(IEnumerable<TemplateFile> files)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var (entry, _) in files)
        {
            var target = Convert.ToHexString(entry.Target.Span);
            hash.AppendData(Encoding.UTF8.GetBytes(
                $"{SnapshotFormat.Version} {entry.Path.ToString().Length} {entry.Path} {entry.Kind} {entry.Mode} {entry.Size} {entry.Hash} {target}\n"));
        }
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    private static void Add(List<TemplateFile> files, DirectoryInfo folder, string path)
    {
        foreach (var item in folder.EnumerateFileSystemInfos())
        {
            var below = $"{path}/{item.Name}";
            if (item.LinkTarget is { } target)
            {
                files.Add(new TemplateFile(Make(below, EntryKind.Link, 0x1ff) with { Target = Encoding.UTF8.GetBytes(target) }, item.FullName));
            }
            else if (item is DirectoryInfo sub)
            {
                files.Add(Folder(below, item.FullName));
                Add(files, sub, below);
            }
            else
            {
                // As Git does: a file is executable or not.
                var mode = (item.UnixFileMode & UnixFileMode.UserExecute) != 0 ? 0x1ed : 0x1a4;
                var content = File.ReadAllBytes(item.FullName);
                files.Add(new TemplateFile(
                    Make(below, EntryKind.File, mode) with { Size = content.Length, Hash = Digest.Of(content) }, item.FullName));
            }
        }
    }

    private static TemplateFile Folder(string path, string source) => new(Make(path, EntryKind.Folder, 0x1ed), source);

    private static SnapshotEntry Make(string path, EntryKind kind, int mode) => new()
    {
        Path = SnapshotPath.Parse(Encoding.UTF8.GetBytes(path)),
        Kind = kind,
        Mode = mode,
        Modified = kind == EntryKind.Folder ? 0 : Modified,
    };
}
