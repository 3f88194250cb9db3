using System.Runtime.InteropServices;
using System.Text;
using Devex.Runner.Snapshots;
using Devex.Snapshots;
using Devex.Snapshots.Entries;

namespace Devex.Runner.Saving;

/// <summary>
/// What the files of each page looked like when they were read, on the control folder, so that a saver that starts again does not read a workspace anew:
/// <c>index/{page}</c> holds the boot id and a status for each entry. Only a help: what is missing, torn or of another boot is read again.
/// </summary>
internal sealed class IndexStore(string control)
{
    private const int HeaderBytes = 48;

    private static readonly byte[] Header = MakeHeader();

    private readonly string _folder = Path.Combine(control, "index");
    private bool _failed;

    /// <summary>A page of the root with what is known of its files.</summary>
    public IndexPage Load(IReadOnlyList<SnapshotEntry> entries, Devex.Contracts.Snapshots.PageReference page)
    {
        var items = new KnownItem[entries.Count];
        var kept = Read(Path.Combine(_folder, page.Hash), entries.Count);
        for (var i = 0; i < items.Length; i++)
            items[i] = kept is null || kept[i].Status.Inode == 0 ? new KnownItem(entries[i], null, 0) : new KnownItem(entries[i], kept[i].Status, kept[i].ReadAt);
        return new IndexPage(items, page.Scope, Digest.Parse(page.Hash)) { Unkept = kept is null };
    }

    /// <summary>Keeps what changed, and forgets pages that are no more.</summary>
    public void Keep(SavedIndex index)
    {
        try
        {
            Directory.CreateDirectory(_folder);
            foreach (var page in index.Pages.Where(page => page is { Unkept: true, Hash: not null }))
            {
                Write(page);
                page.Unkept = false;
            }
            var names = index.Pages.Select(page => page.Hash.ToString()).ToHashSet();
            foreach (var file in Directory.EnumerateFiles(_folder).Where(file => !names.Contains(Path.GetFileName(file))))
                File.Delete(file);
            _failed = false;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            if (!_failed)
                Console.Error.WriteLine($"What was read is not remembered over a restart: {e.Message}");
            _failed = true;
        }
    }

    private void Write(IndexPage page)
    {
        var records = new Record[page.Count];
        for (var i = 0; i < records.Length; i++)
        {
            var item = page[i];
            if (item.Status is { } status)
                records[i] = new Record(status, item.ReadAt);
        }
        var bytes = MemoryMarshal.AsBytes(records.AsSpan());
        var target = Path.Combine(_folder, page.Hash.ToString()!);
        using (var file = File.OpenHandle(target + ".new", FileMode.Create, FileAccess.Write))
        {
            RandomAccess.Write(file, Header, 0);
            RandomAccess.Write(file, bytes, HeaderBytes);
        }
        File.Move(target + ".new", target, overwrite: true);
    }

    private static Record[]? Read(string path, int count)
    {
        try
        {
            using var file = File.OpenHandle(path);
            var records = new Record[count];
            var header = new byte[HeaderBytes];
            return RandomAccess.GetLength(file) == HeaderBytes + (long)count * Marshal.SizeOf<Record>()
                && RandomAccess.Read(file, header, 0) == HeaderBytes && header.AsSpan().SequenceEqual(Header)
                && RandomAccess.Read(file, MemoryMarshal.AsBytes(records.AsSpan()), HeaderBytes) == count * Marshal.SizeOf<Record>()
                    ? records
                    : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private static byte[] MakeHeader()
    {
        var header = new byte[HeaderBytes];
        "DXIX"u8.CopyTo(header);
        header[4] = SnapshotFormat.Version;
        Encoding.ASCII.GetBytes(Boot.Id, header.AsSpan(8));
        return header;
    }

    [StructLayout(LayoutKind.Sequential)]
    private readonly record struct Record(FileStatus Status, long ReadAt);
}
