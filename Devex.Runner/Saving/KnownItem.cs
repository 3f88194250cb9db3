using Devex.Runner.Snapshots;
using Devex.Snapshots.Entries;

namespace Devex.Runner.Saving;

/// <summary>An entry of the last commit with what the file looked like when it was read.</summary>
/// <param name="Entry">As committed.</param>
/// <param name="Status">Null when it is not known to hold what the file holds.</param>
/// <param name="ReadAt">Start of the walk after which it was read, nanoseconds since 1970.</param>
internal sealed record KnownItem(SnapshotEntry Entry, FileStatus? Status, long ReadAt)
{
    private const long TwoSeconds = 2_000_000_000;

    /// <summary>
    /// Whether the file need not be read again. A file that was written right before it was read may have been written again in the same tick of the file
    /// system's clock, so times must be two seconds older than the reading.
    /// </summary>
    public bool IsUnchanged(FileStatus now) =>
        Status is { } then && then == now && now.Modified < ReadAt - TwoSeconds && now.Changed < ReadAt - TwoSeconds;
}
