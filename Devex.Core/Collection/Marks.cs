using Devex.Contracts.Snapshots;

namespace Devex.Core.Collection;

/// <summary>Packs and pages in a user's scope that some root names.</summary>
internal sealed class Marks
{
    private readonly HashSet<string> _packs = [];
    private readonly HashSet<string> _pages = [];

    public int Count => _packs.Count + _pages.Count;

    public bool HasPack(string hash) => _packs.Contains(hash);

    public bool HasPage(string hash) => _pages.Contains(hash);

    public void Add(SnapshotRoot root)
    {
        _packs.UnionWith(root.Packs.Where(pack => pack.Scope == SnapshotScope.User).Select(pack => pack.Hash));
        _pages.UnionWith(root.Pages.Where(page => page.Scope == SnapshotScope.User).Select(page => page.Hash));
    }
}
