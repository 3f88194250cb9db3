using Devex.Contracts.Snapshots;
using Devex.Snapshots;
using Devex.Snapshots.Entries;

namespace Devex.Runner.Saving;

/// <summary>One page of the last commit in memory, with what is known of each file.</summary>
internal sealed class IndexPage
{
    private readonly KnownItem[] _items;

    /// <param name="items">In order.</param>
    /// <param name="scope">Where its object is.</param>
    /// <param name="hash">Name of its object; null until it is made.</param>
    public IndexPage(KnownItem[] items, SnapshotScope scope, Digest? hash)
    {
        (_items, Scope, Hash) = (items, scope, hash);
        Bytes = items.Sum(item => item.Entry.Size);
        Files = items.Count(item => item.Entry.Kind == EntryKind.File);
    }

    public IReadOnlyList<KnownItem> Items => _items;

    public int Count => _items.Length;

    public SnapshotScope Scope { get; }

    public Digest? Hash { get; set; }

    /// <summary>Whether statuses changed since they were last kept.</summary>
    public bool Unkept { get; set; } = true;

    public long Bytes { get; }

    public int Files { get; }

    public SnapshotPath First => _items[0].Entry.Path;

    public KnownItem this[int index] => _items[index];

    /// <summary>Puts other knowledge of the same entry in place: the page's object stays as it is.</summary>
    public void Know(int index, KnownItem item)
    {
        _items[index] = item;
        Unkept = true;
    }
}
