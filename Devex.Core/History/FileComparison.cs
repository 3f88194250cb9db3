using System.Text;
using Devex.Contracts.Api;
using Devex.Snapshots.Entries;
using Devex.Snapshots.Reading;
using DiffPlex;
using DiffPlex.Model;

namespace Devex.Core.History;

/// <summary>Compares a file line by line. Lines end with LF; a CR before it belongs to the line, so that a change of line ends is seen.</summary>
internal static class FileComparison
{
    /// <summary>Larger files are not compared.</summary>
    public const int MaxBytes = 1024 * 1024;

    /// <summary>More lines than this between the first and the last that differ are not compared: time grows with their product.</summary>
    public const int MaxLines = 5_000;

    private const int Context = 3;
    private const int MaxLineLength = 2_000;

    public static async Task<FileDiff> CompareAsync(
        SnapshotPath path, string? since, SnapshotEntry? before, SnapshotEntry? now, ISnapshotSource source, CancellationToken cancellationToken)
    {
        FileDiff None(string why) => new(path.ToString(), since, why, [], 0, 0);
        if (before is { Kind: not EntryKind.File } || now is { Kind: not EntryKind.File })
            return None("notFile");
        if (before?.Size > MaxBytes || now?.Size > MaxBytes)
            return None("tooLarge");
        var reader = new ContentReader(source);
        var oldText = await TextAsync(reader, before, cancellationToken);
        var newText = before?.Hash == now?.Hash ? oldText : await TextAsync(reader, now, cancellationToken);
        if (oldText is null || newText is null)
            return None("binary");
        var (oldLines, newLines) = (Lines(oldText), Lines(newText));
        var start = CommonStart(oldLines, newLines);
        var end = CommonEnd(oldLines, newLines, start);
        var (oldCount, newCount) = (oldLines.Length - start - end, newLines.Length - start - end);
        if (oldCount > MaxLines || newCount > MaxLines)
            return None("tooLarge");
        var blocks = Blocks(oldLines.AsSpan(start, oldCount), newLines.AsSpan(start, newCount), start);
        return new FileDiff(
            path.ToString(), since, null, [.. Hunks(oldLines, newLines, blocks)], blocks.Sum(block => block.InsertCountB), blocks.Sum(block => block.DeleteCountA));
    }

    private static async Task<string?> TextAsync(ContentReader reader, SnapshotEntry? file, CancellationToken cancellationToken)
    {
        if (file is null)
            return "";
        var bytes = await reader.ReadBytesAsync(file, MaxBytes, cancellationToken);
        return bytes.AsSpan().Contains((byte)0) || !System.Text.Unicode.Utf8.IsValid(bytes) ? null : Encoding.UTF8.GetString(bytes);
    }

    private static string[] Lines(string text) => text.Length == 0 ? [] : (text.EndsWith('\n') ? text[..^1] : text).Split('\n');

    private static int CommonStart(string[] left, string[] right)
    {
        var same = 0;
        while (same < left.Length && same < right.Length && left[same] == right[same])
            same++;
        return same;
    }

    private static int CommonEnd(string[] left, string[] right, int start)
    {
        var same = 0;
        while (same < left.Length - start && same < right.Length - start && left[^(same + 1)] == right[^(same + 1)])
            same++;
        return same;
    }

    private static List<DiffBlock> Blocks(ReadOnlySpan<string> left, ReadOnlySpan<string> right, int start)
    {
        if (left.IsEmpty && right.IsEmpty)
            return [];
        if (left.IsEmpty || right.IsEmpty)
            return [new DiffBlock(start, left.Length, start, right.Length)];
        var result = Differ.Instance.CreateDiffs(string.Join('\n', left!) + "\n", string.Join('\n', right!) + "\n", false, false, new WholeLines());
        return [.. result.DiffBlocks.Select(block => new DiffBlock(block.DeleteStartA + start, block.DeleteCountA, block.InsertStartB + start, block.InsertCountB))];
    }

    private static IEnumerable<DiffHunk> Hunks(string[] left, string[] right, List<DiffBlock> blocks)
    {
        for (var i = 0; i < blocks.Count;)
        {
            var last = i;
            while (last + 1 < blocks.Count && blocks[last + 1].DeleteStartA - End(blocks[last]) <= 2 * Context)
                last++;
            var from = Math.Max(0, blocks[i].DeleteStartA - Context);
            var lines = new List<DiffLine>();
            var at = from;
            foreach (var block in blocks[i..(last + 1)])
            {
                Add(lines, DiffLineKind.Same, left, at, block.DeleteStartA);
                Add(lines, DiffLineKind.Removed, left, block.DeleteStartA, End(block));
                Add(lines, DiffLineKind.Added, right, block.InsertStartB, block.InsertStartB + block.InsertCountB);
                at = End(block);
            }
            Add(lines, DiffLineKind.Same, left, at, Math.Min(left.Length, at + Context));
            var newFrom = from + blocks[i].InsertStartB - blocks[i].DeleteStartA;
            yield return new DiffHunk(
                lines.Exists(line => line.Kind != DiffLineKind.Added) ? from + 1 : 0, lines.Exists(line => line.Kind != DiffLineKind.Removed) ? newFrom + 1 : 0, lines);
            i = last + 1;
        }
    }

    private static int End(DiffBlock block) => block.DeleteStartA + block.DeleteCountA;

    private static void Add(List<DiffLine> lines, DiffLineKind kind, string[] source, int from, int to)
    {
        for (var i = from; i < to; i++)
            lines.Add(new DiffLine(kind, source[i].Length > MaxLineLength ? source[i][..MaxLineLength] + "…" : source[i]));
    }

    /// <summary>Splits what was joined, with an end after each line: a text of one empty line is not the empty text.</summary>
    private sealed class WholeLines : IChunker
    {
        public IReadOnlyList<string> Chunk(string text) => text[..^1].Split('\n');
    }
}
