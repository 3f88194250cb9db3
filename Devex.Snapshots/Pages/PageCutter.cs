using Devex.Snapshots.Entries;

namespace Devex.Snapshots.Pages;

/// <summary>
/// Says where one page ends and the next begins. It looks at paths and sizes in chunks only: an edit moves no border, and an entry
/// that comes or goes moves at most those of its own page and, where that one was cut by length, the next few.
/// </summary>
public sealed class PageCutter
{
    private const int Least = 16 * 1024;
    private const int Most = 256 * 1024;

    private int _weight;

    /// <summary>All pages of a snapshot.</summary>
    public static IEnumerable<IReadOnlyList<SnapshotEntry>> Cut(IEnumerable<SnapshotEntry> entries)
    {
        var cutter = new PageCutter();
        var page = new List<SnapshotEntry>();
        foreach (var entry in entries)
        {
            page.Add(entry);
            if (!cutter.EndsAfter(entry))
                continue;
            yield return page;
            page = [];
        }
        if (page.Count > 0)
            yield return page;
    }

    /// <summary>Whether the page ends after <paramref name="entry"/>.</summary>
    public bool EndsAfter(SnapshotEntry entry)
    {
        _weight += entry.Path.Bytes.Length + 64 + 48 * Math.Max(0, entry.Chunks.Count - 1);
        if (_weight < Most && (_weight < Least || (Hash(entry.Path.Bytes) & 0x1ff) != 0))
            return false;
        _weight = 0;
        return true;
    }

    /// <summary>FNV-1a of 64 bits, finished as in MurmurHash3 because its low bits alone mix badly.</summary>
    private static ulong Hash(ReadOnlySpan<byte> bytes)
    {
        var hash = 14695981039346656037UL;
        foreach (var value in bytes)
            hash = (hash ^ value) * 1099511628211UL;
        hash = (hash ^ (hash >> 33)) * 0xff51afd7ed558ccdUL;
        hash = (hash ^ (hash >> 33)) * 0xc4ceb9fe1a85ec53UL;
        return hash ^ (hash >> 33);
    }
}
