using CsCheck;
using Devex.Contracts.Snapshots;
using Devex.Snapshots.Entries;
using Devex.Snapshots.Packs;

namespace Devex.Snapshots.Tests;

/// <summary>Random trees, with names that are no UTF-8.</summary>
internal static class Generators
{
    private static readonly Gen<byte[]> Name = Gen.OneOf(
        Gen.Char['a', 'e'].Array[1, 3].Select(System.Text.Encoding.ASCII.GetBytes),
        Gen.Byte.Array[1, 12].Select(bytes => bytes.Select(b => b is 0 or (byte)'/' ? (byte)'_' : b).ToArray()).Where(bytes => bytes is not [(byte)'.'] and not [(byte)'.', (byte)'.']));

    public static readonly Gen<SnapshotPath> Path =
        Name.Array[0, 5].Select(names => SnapshotPath.Parse(names.Aggregate<byte[], byte[]>("workspace"u8.ToArray(), (path, name) => [.. path, (byte)'/', .. name])));

    private static readonly Gen<Extent> Extent = Gen.Select(Gen.Int[0, 3], Gen.Int[24, 1000], Gen.Int[9, 1000], Gen.Int[0, 1000], (pack, offset, stored, skip) =>
        new Extent { Pack = new PackName((SnapshotScope)(pack % 2), Digest.Of([(byte)pack])), Offset = offset, Stored = stored, Skip = skip, Length = 7 });

    private static readonly Gen<SnapshotEntry> Entry = Gen.Select(Path, Gen.Int[0, 5], Gen.Int[0, 0x3ff], Gen.Long, Extent, Gen.Byte[1, 255].Array[1, 20], (path, kind, mode, modified, extent, target) =>
        new SnapshotEntry { Path = path, Kind = EntryKind.Folder, Mode = mode, Modified = modified } is var entry && path.Depth == 1 ? entry : kind switch
        {
            0 => entry,
            1 => entry with { Kind = EntryKind.Link, Target = target },
            2 => entry with { Kind = EntryKind.File, Hash = Digest.Of([]) },
            _ => entry with { Kind = EntryKind.File, Size = 7, Hash = Digest.Of(target), Chunks = [new Chunk(7, Digest.Of(target), [extent])] },
        });

    /// <summary>Entries in order, each path once.</summary>
    public static readonly Gen<SnapshotEntry[]> Entries = Entry.Array[1, 60].Select(entries => entries.DistinctBy(entry => entry.Path).OrderBy(entry => entry.Path).ToArray());

    public static SnapshotEntry File(string path, string content = "x", PackName? pack = null) => new()
    {
        Path = SnapshotPath.Parse(System.Text.Encoding.UTF8.GetBytes(path)),
        Kind = EntryKind.File,
        Mode = 0x1a4,
        Modified = 1_700_000_000_000_000_000,
        Size = content.Length,
        Hash = Digest.Of(System.Text.Encoding.UTF8.GetBytes(content)),
        Chunks =
        [
            new Chunk(content.Length, Digest.Of(System.Text.Encoding.UTF8.GetBytes(content)),
            [
                new Extent { Pack = pack ?? new PackName(SnapshotScope.User, Digest.Of("pack"u8)), Offset = 24, Stored = 100, Skip = 0, Length = content.Length },
            ]),
        ],
    };

    public static SnapshotEntry Folder(string path) => new()
    {
        Path = SnapshotPath.Parse(System.Text.Encoding.UTF8.GetBytes(path)),
        Kind = EntryKind.Folder,
        Mode = 0x1ed,
        Modified = 0,
    };
}
