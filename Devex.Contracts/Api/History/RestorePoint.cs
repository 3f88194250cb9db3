using System.Text.Json.Serialization;

namespace Devex.Contracts.Api;

/// <summary>A state of a REPL that can be read, restored and forked.</summary>
/// <param name="Id">The number of its root, in decimal; routes also take <c>head</c> for the newest.</param>
/// <param name="At">UTC when it was committed.</param>
/// <param name="Kind">What made it.</param>
/// <param name="Head">Whether it was the newest when asked.</param>
/// <param name="Incarnation">The writer; null when Core wrote it.</param>
/// <param name="Files">Files held.</param>
/// <param name="Bytes">Their bytes.</param>
/// <param name="Hash">SHA-256 of the root object, hex.</param>
/// <param name="Stale">What it could not keep as it was, at most 100.</param>
public sealed record RestorePoint(
    string Id, DateTimeOffset At, RestorePointKind Kind, bool Head, string? Incarnation, long Files, long Bytes, string Hash,
    IReadOnlyList<Snapshots.StaleFile> Stale);

/// <summary>What made a restore point.</summary>
public enum RestorePointKind
{
    /// <summary>The REPL was made: from a template, a fork, an import or a copy.</summary>
    [JsonStringEnumMemberName("create")] Create,

    /// <summary>A session saved.</summary>
    [JsonStringEnumMemberName("save")] Save,

    /// <summary>A session began; the content is that of the point before.</summary>
    [JsonStringEnumMemberName("claim")] Claim,

    /// <summary>Something older was brought back.</summary>
    [JsonStringEnumMemberName("restore")] Restore,

    /// <summary>What a writer held that was shut out; never the newest.</summary>
    [JsonStringEnumMemberName("rescue")] Rescue,
}

/// <summary>Restore points, newest first.</summary>
/// <param name="Points">At most as many as asked for.</param>
/// <param name="Next">Sent back as <c>before</c> it gives the next; null at the end.</param>
public sealed record RestorePointList(IReadOnlyList<RestorePoint> Points, string? Next);

/// <summary>Brings back what a restore point holds.</summary>
/// <param name="Path">A file, link or folder, such as <c>workspace/src/main.py</c>; null for everything.</param>
public sealed record RestoreFromHistory(string? Path);

/// <summary>What a restore did.</summary>
/// <param name="Point">The new restore point; null when the file was written into the running session, whose next save holds it.</param>
public sealed record RestoredFromHistory(RestorePoint? Point);
