using Devex.Contracts.Snapshots;
using Devex.Runner.Saving;
using Devex.Runner.Snapshots;
using Devex.Snapshots;
using Devex.Snapshots.Entries;
using Devex.Testing;

namespace Devex.Runner.Tests.Saving;

/// <summary>The parts of a session on disk, and a save of them without S3: contents are hashed and packed nowhere.</summary>
internal sealed class Tree : IDisposable
{
    private readonly TempFolder _folder = new("devex-tree-");
    private readonly StaleFiles _stale = new();

    public Tree() => Parts = Parts.Open(_folder.Path);

    public Parts Parts { get; }

    public SavedIndex Index { get; private set; } = new([]);

    public StaleFiles Stale => _stale;

    public string this[string path] => _folder[path];

    /// <summary>Looks, at some folders or at all, and takes over what was found.</summary>
    public IReadOnlyList<Edit> Look(ChangeWatch? watch = null, IEnumerable<SnapshotPath>? folders = null)
    {
        var scan = new Scan();
        var scanner = new Scanner(Parts, new Excludes([]), Index, new Contents(), _stale, watch, 1_000_000);
        if (folders is null)
            scanner.LookAtAll(scan);
        else
            scanner.LookAt(scan, folders);
        foreach (var item in scan.Files)
        {
            var entry = new SnapshotEntry
            {
                Path = item.Path,
                Kind = EntryKind.File,
                Mode = item.Status.Mode,
                Modified = item.Status.Modified,
                Size = item.Status.Size,
                Hash = Digest.Of(File.ReadAllBytes(_folder[OnDisk(item.Path)])),
            };
            var read = new KnownItem(entry, item.Status, Scanner.Clock());
            if (Index.Find(item.Path) is { } known && KnownItem.Same(known.Entry, entry))
                Index.Know(read);
            else
                scan.Change(SnapshotPath.Parse(item.Path.Folder), item.Path, read);
        }
        var edits = Settling.ToEdits(Index, scan, _stale, long.MaxValue);
        Index = Index.Apply(edits);
        return edits;
    }

    /// <summary>What a look at an empty index finds: the truth.</summary>
    public IReadOnlyList<string> OnDisk()
    {
        var former = Index;
        Index = new SavedIndex([]);
        Look();
        var truth = Describe(Index);
        Index = former;
        return truth;
    }

    public static IReadOnlyList<string> Describe(SavedIndex index) =>
        [.. index.Items.Select(item => $"{item.Entry.Path} {item.Entry.Kind} {item.Entry.Mode} {item.Entry.Size} {item.Entry.Hash} {item.Entry.Modified}")];

    public static PageReference Page(IndexPage page, string hash) => new(page.Scope, hash, page.Count, 0, 0, page.First.ToString(), page[page.Count - 1].Entry.Path.ToString(), []);

    public void Dispose()
    {
        Parts.Dispose();
        _folder.Dispose();
    }

    private static string OnDisk(SnapshotPath path) => path.ToString().Replace("documents", "journal", StringComparison.Ordinal);
}
