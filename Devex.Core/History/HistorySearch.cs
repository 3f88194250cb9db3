using System.Runtime.CompilerServices;
using System.Text;
using Devex.Contracts;
using Devex.Contracts.Api;
using Devex.Snapshots.Entries;
using Devex.Snapshots.Reading;
using Microsoft.Extensions.Options;

namespace Devex.Core.History;

/// <summary>What is searched for.</summary>
/// <param name="Text">1 to 200 characters, as they are.</param>
/// <param name="Below">A folder, or null for everything that the reader sees.</param>
/// <param name="MatchCase">Whether case counts.</param>
/// <param name="Names">Whether names are searched.</param>
/// <param name="Contents">Whether contents are searched.</param>
internal sealed record SearchQuery(string Text, SnapshotPath? Below, bool MatchCase, bool Names, bool Contents);

/// <summary>
/// Searches names and contents of a restore point, bounded in results, bytes and time. Folders that are made by tools (<c>node_modules</c>, <c>.git</c>) are
/// searched only from within.
/// </summary>
internal sealed class HistorySearch(IOptions<HistoryOptions> options, TimeProvider time)
{
    private const int MaxResults = 1_000;
    private const int MaxLinesOfFile = 100;
    private const int MaxFileBytes = 1024 * 1024;
    private const int TextAround = 240;

    private static readonly byte[][] Skipped = ["node_modules"u8.ToArray(), ".git"u8.ToArray()];

    public async IAsyncEnumerable<SearchResult> SearchAsync(
        OpenedPoint point, SearchQuery query, Role role, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var state = new State(time.GetUtcNow() + options.Value.SearchTime, options.Value.SearchBytes);
        var entries = EntriesAsync(point, query, role, state, cancellationToken);
        await foreach (var file in new BatchReader(point.Source).ReadAsync(entries, cancellationToken))
        {
            foreach (var result in Match(file, query, state))
            {
                yield return result;
                if (++state.Results == MaxResults)
                    state.Limit ??= "results";
                if (state.Results >= MaxResults)
                    break;
            }
            if (state.Limit is null && time.GetUtcNow() > state.Until)
                state.Limit = "time";
            if (state.Limit is "results" or "time")
                break;
        }
        yield return new SearchEnd(state.Files, state.SkippedFiles, state.Limit);
    }

    /// <summary>Entries that can match: for contents with their size; those searched by name alone as if they were empty.</summary>
    private static async IAsyncEnumerable<SnapshotEntry> EntriesAsync(
        OpenedPoint point, SearchQuery query, Role role, State state, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        SnapshotPath[] roots = query.Below is { } below ? [below] : [HistoryPath.Home, HistoryPath.Workspace];
        foreach (var root in roots.Where(root => HistoryPath.IsShown(root, role)))
        {
            // A folder that is skipped is stepped over, not read through.
            SnapshotPath? after = null;
            for (var isDone = false; !isDone;)
            {
                isDone = true;
                await foreach (var entry in Below(point, root, after, cancellationToken))
                {
                    if (entry.Kind == EntryKind.Folder && entry.Path != root && Skipped.Any(name => entry.Path.Name.SequenceEqual(name)))
                    {
                        (after, isDone) = (entry.Path, false);
                        break;
                    }
                    if (state.Limit is not null)
                        yield break;
                    if (Take(entry, query, state) is { } taken)
                        yield return taken;
                }
            }
        }
    }

    private static IAsyncEnumerable<SnapshotEntry> Below(OpenedPoint point, SnapshotPath root, SnapshotPath? behind, CancellationToken cancellationToken) =>
        behind is null ? point.Tree.ReadBelowAsync(root, null, cancellationToken) : point.Tree.ReadBehindAsync(root, behind.Value, cancellationToken);

    private static SnapshotEntry? Take(SnapshotEntry entry, SearchQuery query, State state)
    {
        if (entry.Kind != EntryKind.File || !query.Contents)
            return query.Names ? entry with { Chunks = [], Size = 0, Hash = default } : null;
        if (entry.Size > MaxFileBytes)
        {
            state.SkippedFiles++;
            return query.Names ? entry with { Chunks = [], Size = 0, Hash = default } : null;
        }
        state.Bytes -= entry.Size;
        if (state.Bytes < 0)
            state.Limit = "bytes";
        return state.Limit is null ? entry : null;
    }

    private static IEnumerable<SearchResult> Match(ReadFile file, SearchQuery query, State state)
    {
        var comparison = query.MatchCase ? StringComparison.Ordinal : StringComparison.OrdinalIgnoreCase;
        var entry = file.Entry;
        if (query.Names && SnapshotPath.Escape(entry.Path.Name).Contains(query.Text, comparison))
            yield return new SearchedName(entry.Path.ToString(), entry.Kind.View());
        if (!query.Contents || file.Content is not { Length: > 0 } content)
            yield break;
        if (content.AsSpan().Contains((byte)0) || !System.Text.Unicode.Utf8.IsValid(content))
        {
            state.SkippedFiles++;
            yield break;
        }
        state.Files++;
        var (number, found) = (0, 0);
        foreach (var line in Encoding.UTF8.GetString(content).Split('\n'))
        {
            number++;
            var at = line.IndexOf(query.Text, comparison);
            if (at < 0)
                continue;
            yield return Line(entry, number, line, at, query.Text.Length);
            if (++found == MaxLinesOfFile)
                yield break;
        }
    }

    private static SearchedLine Line(SnapshotEntry entry, int number, string line, int at, int length)
    {
        var from = line.Length <= TextAround ? 0 : Math.Clamp(at - (TextAround / 3), 0, line.Length - TextAround);
        // Half a pair of surrogates is no character.
        if (from > 0 && char.IsLowSurrogate(line[from]))
            from--;
        var to = Math.Min(line.Length, Math.Max(from + TextAround, at + length));
        if (to < line.Length && char.IsLowSurrogate(line[to]))
            to++;
        return new SearchedLine(entry.Path.ToString(), number, at - from, length, line[from..to].TrimEnd('\r'));
    }

    private sealed class State(DateTimeOffset until, long bytes)
    {
        public DateTimeOffset Until => until;

        public long Bytes { get; set; } = bytes;

        public int Results { get; set; }

        public int Files { get; set; }

        public int SkippedFiles { get; set; }

        public string? Limit { get; set; }
    }
}
