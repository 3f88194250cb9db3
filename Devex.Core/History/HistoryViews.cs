using Devex.Contracts.Api;
using Devex.Contracts.Protocol;
using Devex.Snapshots.Entries;

namespace Devex.Core.History;

/// <summary>Entries as the API shows them.</summary>
internal static class HistoryViews
{
    public static HistoryEntry View(this SnapshotEntry entry) => new(
        SnapshotPath.Escape(entry.Path.Name),
        entry.Kind.View(),
        entry.Size,
        entry.Modified / 1_000_000,
        entry.Mode,
        entry.Kind == EntryKind.File ? entry.Hash.ToString() : null,
        entry.Kind == EntryKind.Link ? SnapshotPath.Escape(entry.Target.Span) : null);

    public static FileKind View(this EntryKind kind) => kind switch
    {
        EntryKind.Folder => FileKind.Folder,
        EntryKind.Link => FileKind.Link,
        _ => FileKind.File,
    };
}
