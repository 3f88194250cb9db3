using System.Text.Json.Serialization;

namespace Devex.Contracts.Api;

/// <summary>What differs between two restore points, in the order of paths.</summary>
/// <param name="Since">The older one; null when there is none and everything counts as added.</param>
/// <param name="Changes">At most as many as asked for.</param>
/// <param name="Next">Sent back as <c>after</c> it gives the next; null at the end.</param>
public sealed record HistoryChanges(string? Since, IReadOnlyList<HistoryChange> Changes, string? Next);

/// <summary>One path that differs.</summary>
/// <param name="Path">Such as <c>workspace/src/main.py</c>; bytes that are no UTF-8 as <c>\xNN</c>, a backslash as <c>\\</c>.</param>
/// <param name="Kind">How it differs.</param>
/// <param name="Entry">What it is now; null when removed.</param>
/// <param name="Before">What it was; null when added.</param>
public sealed record HistoryChange(string Path, HistoryChangeKind Kind, HistoryEntry? Entry, HistoryEntry? Before);

/// <summary>How a path differs.</summary>
public enum HistoryChangeKind
{
    /// <summary>It was not there before.</summary>
    [JsonStringEnumMemberName("added")] Added,

    /// <summary>Content, permissions, kind or target differ. A time alone is no change.</summary>
    [JsonStringEnumMemberName("changed")] Changed,

    /// <summary>It is not there any more.</summary>
    [JsonStringEnumMemberName("removed")] Removed,
}

/// <summary>Lines that differ in one file.</summary>
/// <param name="Path">The file.</param>
/// <param name="Since">The older restore point; null when there is none.</param>
/// <param name="Unavailable">Why there is no comparison of lines: <c>binary</c>, <c>tooLarge</c> or <c>notFile</c>; null when there is one.</param>
/// <param name="Hunks">Runs of changed lines with up to 3 unchanged ones around.</param>
/// <param name="Added">Lines added.</param>
/// <param name="Removed">Lines removed.</param>
public sealed record FileDiff(string Path, string? Since, string? Unavailable, IReadOnlyList<DiffHunk> Hunks, int Added, int Removed);

/// <summary>A run of lines.</summary>
/// <param name="OldStart">First line in the older text, from 1; 0 when it has none here.</param>
/// <param name="NewStart">First line in the newer text, likewise.</param>
/// <param name="Lines">In order.</param>
public sealed record DiffHunk(int OldStart, int NewStart, IReadOnlyList<DiffLine> Lines);

/// <summary>One line, without its end.</summary>
/// <param name="Kind">Where it is.</param>
/// <param name="Text">At most 2,000 characters, then an ellipsis.</param>
public sealed record DiffLine(DiffLineKind Kind, string Text);

/// <summary>Where a line of a comparison is.</summary>
public enum DiffLineKind
{
    /// <summary>In both.</summary>
    [JsonStringEnumMemberName("same")] Same,

    /// <summary>In the newer text only.</summary>
    [JsonStringEnumMemberName("added")] Added,

    /// <summary>In the older text only.</summary>
    [JsonStringEnumMemberName("removed")] Removed,
}
