namespace Devex.Snapshots.Packs;

/// <summary>An extent that is wanted, with what the caller knows it by.</summary>
public sealed record WantedExtent<T>(Extent Extent, T Tag);

/// <summary>Reads many extents of one pack in one pass over a range of it.</summary>
public static class ExtentReader
{
    /// <summary>
    /// Calls <paramref name="receive"/> with each part of each extent, in order within an extent. <paramref name="extents"/> are sorted by
    /// offset and lie within the range.
    /// </summary>
    public static async Task ReadAsync<T>(
        Stream range, int offset, IReadOnlyList<WantedExtent<T>> extents, Action<WantedExtent<T>, int, ReadOnlyMemory<byte>> receive, CancellationToken cancellationToken)
    {
        using var reader = new PackReader(range, offset);
        var open = new List<(WantedExtent<T> Wanted, int Position)>();
        var next = 0;
        while ((next < extents.Count || open.Count > 0) && await reader.NextAsync(cancellationToken) is { } content)
        {
            for (; next < extents.Count && extents[next].Extent.Offset == reader.Offset; next++)
                open.Add((extents[next], -extents[next].Extent.Skip));
            if (next < extents.Count && extents[next].Extent.Offset < reader.Offset)
                break;
            for (var i = open.Count - 1; i >= 0; i--)
            {
                var (wanted, position) = open[i];
                var start = Math.Max(0, -position);
                var length = Math.Min(content.Length - start, wanted.Extent.Length - Math.Max(0, position));
                if (length > 0)
                    receive(wanted, position + start, content.Slice(start, length));
                position += content.Length;
                if (position >= wanted.Extent.Length)
                    open.RemoveAt(i);
                else
                    open[i] = (wanted, position);
            }
        }
        if (next < extents.Count || open.Count > 0)
            throw new SnapshotFormatException("A page names a place in a pack where no group begins.");
    }
}
