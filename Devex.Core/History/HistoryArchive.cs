using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using Devex.Snapshots.Entries;
using Devex.Snapshots.Reading;

namespace Devex.Core.History;

/// <summary>
/// Folders of a restore point as zip, streamed. Links that stay within the archive are kept as links, others are left out and named in the archive's comment.
/// Names are made such that no extractor takes a part of one for a folder or for a way out.
/// </summary>
internal static class HistoryArchive
{
    private const int RegularKind = 0x8000;
    private const int FolderKind = 0x4000;
    private const int LinkKind = 0xa000;
    private const int MaxComment = 60_000;
    private static readonly DateTimeOffset Earliest = new(1980, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>Writes what is below <paramref name="root"/>; a file alone when it is one.</summary>
    public static async Task WriteAsync(Stream output, OpenedPoint point, SnapshotPath root, CancellationToken cancellationToken)
    {
        var zip = await ZipArchive.CreateAsync(output, ZipArchiveMode.Create, leaveOpen: true, entryNameEncoding: null, cancellationToken);
        await using (zip)
        {
            var missed = new List<string>();
            await AddAsync(zip, point, root, "", missed, cancellationToken);
            Comment(zip, missed);
        }
    }

    /// <summary>Adds what is below <paramref name="root"/> under <paramref name="prefix"/>.</summary>
    public static async Task AddAsync(
        ZipArchive zip, OpenedPoint point, SnapshotPath root, string prefix, List<string> missed, CancellationToken cancellationToken)
    {
        var contents = new ContentReader(point.Source);
        await foreach (var (entry, content) in new BatchReader(point.Source).ReadAsync(point.Tree.ReadBelowAsync(root, null, cancellationToken), cancellationToken))
        {
            if (entry.Path == root && entry.Kind == EntryKind.Folder)
                continue;
            var name = prefix + Name(entry.Path.Bytes[(entry.Path == root ? root.Folder.Length + 1 : root.Bytes.Length + 1)..]);
            switch (entry.Kind)
            {
                case EntryKind.Folder:
                    Make(zip, name + "/", entry, FolderKind);
                    break;
                case EntryKind.Link when StaysWithin(entry, root):
                    await using (var link = await Make(zip, name, entry, LinkKind).OpenAsync(cancellationToken))
                        await link.WriteAsync(entry.Target, cancellationToken);
                    break;
                case EntryKind.Link:
                    missed.Add(name);
                    break;
                default:
                    await using (var file = await Make(zip, name, entry, RegularKind).OpenAsync(cancellationToken))
                    {
                        if (content is not null)
                            await file.WriteAsync(content, cancellationToken);
                        else
                            await CopyAsync(contents, entry, file, cancellationToken);
                    }
                    break;
            }
        }
    }

    public static void Comment(ZipArchive zip, List<string> missed)
    {
        if (missed.Count == 0)
            return;
        var comment = "Not included, links that lead out of the archive: " + string.Join(", ", missed);
        zip.Comment = comment.Length <= MaxComment ? comment : comment[..MaxComment];
    }

    /// <summary>A path as zip has it: parts that an extractor might read otherwise (backslashes, control characters, drives) are replaced, told apart by a hash.</summary>
    internal static string Name(ReadOnlySpan<byte> path)
    {
        var name = new StringBuilder();
        foreach (var range in path.Split((byte)'/'))
            name.Append(name.Length == 0 ? "" : "/").Append(Segment(path[range]));
        return name.ToString();
    }

    private static string Segment(ReadOnlySpan<byte> segment)
    {
        if (System.Text.Unicode.Utf8.IsValid(segment) && Encoding.UTF8.GetString(segment) is var text && !text.Any(IsUnsafe))
            return text;
        var safe = string.Concat(Encoding.UTF8.GetString(segment).Select(c => IsUnsafe(c) ? '_' : c));
        return $"{safe}~{Convert.ToHexStringLower(SHA256.HashData(segment).AsSpan(0, 4))}";
    }

    private static bool IsUnsafe(char c) => c is '\\' or ':' or '\ufffd' || char.IsControl(c);

    private static bool StaysWithin(SnapshotEntry link, SnapshotPath root)
    {
        var target = link.Target.Span;
        if (target.Length == 0 || target[0] == '/' || target.Contains((byte)'\\'))
            return false;
        var depth = link.Path.Depth - root.Depth - 1;
        foreach (var range in target.Split((byte)'/'))
        {
            var name = target[range];
            if (name.SequenceEqual(".."u8))
                depth--;
            else if (name.Length > 0 && !name.SequenceEqual("."u8))
                depth++;
            if (depth < 0)
                return false;
        }
        return true;
    }

    private static async Task CopyAsync(ContentReader contents, SnapshotEntry file, Stream output, CancellationToken cancellationToken)
    {
        await foreach (var part in contents.ReadAsync(file, 0, file.Size, cancellationToken))
            await output.WriteAsync(part, cancellationToken);
    }

    private static ZipArchiveEntry Make(ZipArchive zip, string name, SnapshotEntry entry, int kind)
    {
        var made = zip.CreateEntry(name, CompressionLevel.Fastest);
        made.ExternalAttributes = (kind | entry.Mode) << 16;
        var modified = entry.Modified == 0 ? Earliest : DateTimeOffset.FromUnixTimeMilliseconds(entry.Modified / 1_000_000);
        made.LastWriteTime = modified < Earliest || modified.Year > 2107 ? Earliest : modified;
        return made;
    }
}
