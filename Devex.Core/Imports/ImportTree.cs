using Devex.Core.Errors;
using Devex.Snapshots;
using Devex.Snapshots.Entries;

namespace Devex.Core.Imports;

/// <summary>
/// What an archive, or whatever else <c>what</c> says, holds, as it is read. Nothing is ever written to a file system by these names; they are checked so that the snapshot they make is one that a
/// restore may write: relative, without <c>..</c>, each name once, and nothing below what is no folder.
/// </summary>
internal sealed class ImportTree(int maxEntries, string what = "archive")
{
    private readonly SortedDictionary<SnapshotPath, SnapshotEntry> _entries = [];

    /// <summary>The place of a name in an archive; null for what is left out: Devex's own temporary files, and what macOS adds.</summary>
    /// <exception cref="ApiProblem">400 when the name leads out of the archive or cannot be.</exception>
    public static SnapshotPath? Place(ReadOnlySpan<byte> name)
    {
        if (name.Length > 0 && name[0] == '/')
            throw Refused(name, "archive", "has an absolute path");
        var path = SnapshotPath.Parse("workspace"u8);
        foreach (var range in name.Split((byte)'/'))
        {
            var segment = name[range];
            if (segment.IsEmpty || segment.SequenceEqual("."u8))
                continue;
            if (segment.SequenceEqual(".."u8))
                throw Refused(name, "archive", "leads out of the archive");
            if (segment.StartsWith(".devex-"u8) || segment.SequenceEqual("__MACOSX"u8) || segment.SequenceEqual(".DS_Store"u8))
                return null;
            if (segment.Contains((byte)0) || !path.TryAppend(segment, out var next))
                throw Refused(name, "archive", $"has a name over {SnapshotFormat.MaxNameBytes} bytes, a path over {SnapshotFormat.MaxPathBytes} bytes or {SnapshotFormat.MaxDepth} folders, or a character that no name may have");
            path = next.Value;
        }
        return path.Depth > 1 ? path : null;
    }

    /// <summary>Adds an entry; a folder may come again.</summary>
    /// <exception cref="ApiProblem">400 when the path is there already; 413 when there are too many.</exception>
    public void Add(SnapshotEntry entry)
    {
        if (_entries.TryGetValue(entry.Path, out var there))
        {
            if (there.Kind == EntryKind.Folder && entry.Kind == EntryKind.Folder)
                return;
            throw Refused(entry.Path.Bytes, what, "comes twice, and which of the two is meant cannot be known");
        }
        if (_entries.Count >= maxEntries)
            throw new ApiProblem(StatusCodes.Status413PayloadTooLarge, "import.entries", $"The {what} has more than {maxEntries} files and folders, the most allowed here.");
        _entries.Add(entry.Path, entry);
    }

    public SnapshotEntry? Find(SnapshotPath path) => _entries.GetValueOrDefault(path);

    /// <summary>All entries in order, with the folders that only paths told of and the parts of a snapshot. One folder that holds all else is left away.</summary>
    public IReadOnlyList<SnapshotEntry> Build()
    {
        foreach (var path in _entries.Keys.ToList())
            AddFolders(path);
        if (_entries.Count == 0)
            throw ApiProblem.Invalid(what, "import.empty", $"The {what} holds no files.");
        var top = _entries.Values.Where(entry => entry.Path.Depth == 2).Take(2).ToList();
        var entries = top is [{ Kind: EntryKind.Folder }] && _entries.Count > 1 ? WithoutTop(top[0].Path) : [.. _entries.Values];
        return [Folder("documents"u8), Folder("home"u8), Folder("workspace"u8), .. entries];
    }

    private static SnapshotEntry Folder(ReadOnlySpan<byte> path) =>
        new() { Path = SnapshotPath.Parse(path), Kind = EntryKind.Folder, Mode = 0x1ed, Modified = 0 };

    public static ApiProblem Refused(ReadOnlySpan<byte> name, string what, string why)
    {
        var shown = SnapshotPath.Escape(name);
        return ApiProblem.Invalid(what, "import.path", $"“{(shown.Length > 200 ? shown[..200] + "…" : shown)}” in the {what} {why}. Nothing was imported.");
    }

    private void AddFolders(SnapshotPath path)
    {
        while (path.Depth > 2)
        {
            path = SnapshotPath.Parse(path.Folder);
            if (!_entries.TryGetValue(path, out var folder))
                Add(Folder(path.Bytes));
            else if (folder.Kind != EntryKind.Folder)
                throw Refused(path.Bytes, what, $"is {(folder.Kind == EntryKind.Link ? "a link" : "a file")}, and the {what} has something below it");
        }
    }

    private List<SnapshotEntry> WithoutTop(SnapshotPath top) =>
        [.. _entries.Values.Where(entry => entry.Path != top)
            .Select(entry => entry with { Path = SnapshotPath.Parse([.. "workspace"u8, .. entry.Path.Bytes[top.Bytes.Length..]]) })];
}
