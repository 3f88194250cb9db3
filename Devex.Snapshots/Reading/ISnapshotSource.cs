using Devex.Contracts.Snapshots;
using Devex.Snapshots.Entries;
using Devex.Snapshots.Packs;

namespace Devex.Snapshots.Reading;

/// <summary>Where pages and packs of one user's snapshots are read from.</summary>
public interface ISnapshotSource
{
    /// <summary>The entries of a page.</summary>
    /// <exception cref="SnapshotFormatException">It is absent or damaged.</exception>
    ValueTask<IReadOnlyList<SnapshotEntry>> ReadPageAsync(PageReference page, CancellationToken cancellationToken);

    /// <summary>Bytes <paramref name="first"/> to <paramref name="last"/> of a pack, both included.</summary>
    ValueTask<Stream> OpenPackAsync(PackName pack, long first, long last, CancellationToken cancellationToken);
}
