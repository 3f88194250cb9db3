using Devex.Runner.Snapshots;
using Devex.Snapshots.Entries;

namespace Devex.Runner.Saving;

/// <summary>An entry of the last commit with what the file looked like when it was read.</summary>
/// <param name="Entry">As committed.</param>
/// <param name="Status">Null when it is not known to hold what the file holds.</param>
/// <param name="ReadAt">Start of the scan after which it was read, nanoseconds since 1970.</param>
internal sealed record KnownItem(SnapshotEntry Entry, FileStatus? Status, long ReadAt)
{
    private const long TwoSeconds = 2_000_000_000;

    /// <summary>
    /// Whether the file need not be read again. A file that was written right before it was read may have been written again in the same tick of the file
    /// system's clock, so times must be two seconds older than the reading. Times ahead of <paramref name="clock"/> mean that it was set back, and prove nothing.
    /// </summary>
    public bool IsUnchanged(FileStatus now, long clock = long.MaxValue) =>
        Status is { } then && then == now && now.Modified < ReadAt - TwoSeconds && now.Changed < ReadAt - TwoSeconds && now.Changed < clock;

    /// <summary>Whether two entries of one path say the same, content's place included.</summary>
    public static bool Same(SnapshotEntry one, SnapshotEntry other)
    {
        if (ReferenceEquals(one, other))
            return true;
        if (one.Kind != other.Kind || one.Mode != other.Mode || one.Modified != other.Modified || one.Size != other.Size || one.Hash != other.Hash
            || !one.Target.Span.SequenceEqual(other.Target.Span) || one.Chunks.Count != other.Chunks.Count)
        {
            return false;
        }
        for (var i = 0; i < one.Chunks.Count; i++)
        {
            if (!ReferenceEquals(one.Chunks[i], other.Chunks[i])
                && !one.Chunks[i].Extents.Select(extent => (extent.Pack, extent.Offset, extent.Skip)).SequenceEqual(
                    other.Chunks[i].Extents.Select(extent => (extent.Pack, extent.Offset, extent.Skip))))
            {
                return false;
            }
        }
        return true;
    }
}
