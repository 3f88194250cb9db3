using System.Text.Json.Serialization;

namespace Devex.Contracts.Snapshots;

/// <summary>Whose pages and packs a reference means.</summary>
public enum SnapshotScope
{
    /// <summary><c>users/{uid}/…</c>, collected when no root names it.</summary>
    [JsonStringEnumMemberName("user")] User,

    /// <summary><c>templates/…</c>, never collected.</summary>
    [JsonStringEnumMemberName("template")] Template,
}

/// <summary>
/// One link of a REPL's chain of snapshots: <c>users/{uid}/repls/{rid}/roots/{n}</c>. Written once, by Core, as JSON with members in this order.
/// </summary>
public sealed record SnapshotRoot
{
    /// <summary>Format of this object.</summary>
    public int Format { get; init; } = 1;

    public required ReplId Repl { get; init; }

    /// <summary>1, 2, 3 …</summary>
    public required long Number { get; init; }

    /// <summary>SHA-256 (hex) of the root before; null for the first.</summary>
    public string? Parent { get; init; }

    /// <summary>Template that the REPL came from, whose excludes hold.</summary>
    public string? Template { get; init; }

    /// <summary>Session whose writer committed it; null when Core did (create, fork).</summary>
    public string? Session { get; init; }

    /// <summary>The writer.</summary>
    public string? Incarnation { get; init; }

    /// <summary>The save attempt that the incarnation was claimed for; null for a session's restore and saver.</summary>
    public string? Attempt { get; init; }

    /// <summary>Whether it only opens an incarnation: the content is its parent's.</summary>
    public bool Claim { get; init; }

    /// <summary>Whether the incarnation's workspace was known to be restored.</summary>
    public bool Restored { get; init; }

    /// <summary>Id of the commit, by which a repeated request is known.</summary>
    public required string Commit { get; init; }

    /// <summary>Everything flushed before this moment is held.</summary>
    public SessionInstant? AsOf { get; init; }

    /// <summary>Files held, without folders and links.</summary>
    public long Files { get; init; }

    /// <summary>Bytes of those files.</summary>
    public long Bytes { get; init; }

    /// <summary>In order of their entries.</summary>
    public required IReadOnlyList<PageReference> Pages { get; init; }

    public required IReadOnlyList<PackReference> Packs { get; init; }

    /// <summary>What could not be kept as it was, at most 100.</summary>
    public IReadOnlyList<StaleFile> Stale { get; init; } = [];
}

/// <summary>A page of a snapshot.</summary>
/// <param name="Scope">Where it is.</param>
/// <param name="Hash">SHA-256 of the object, hex.</param>
/// <param name="Entries">Number of entries.</param>
/// <param name="Files">Number of files among them.</param>
/// <param name="Bytes">Bytes of those files.</param>
/// <param name="First">Path of the first entry, invalid UTF-8 written as <c>\xNN</c> and a backslash as <c>\\</c>.</param>
/// <param name="Last">Path of the last entry.</param>
/// <param name="Packs">Packs it names.</param>
public sealed record PageReference(
    SnapshotScope Scope, string Hash, int Entries, long Files, long Bytes, string First, string Last, IReadOnlyList<PackUse> Packs);

/// <summary>What a page holds of one pack.</summary>
/// <param name="Pack">Index into <see cref="SnapshotRoot.Packs"/>.</param>
/// <param name="Live">Bytes of content that the page's files have in it.</param>
public readonly record struct PackUse(int Pack, long Live);

/// <summary>A pack of a snapshot.</summary>
/// <param name="Scope">Where it is.</param>
/// <param name="Hash">SHA-256 of the object, hex.</param>
/// <param name="Bytes">Length of the object.</param>
/// <param name="Content">Bytes of content that were live when the chain first named it.</param>
/// <param name="Live">Bytes of content that are live now.</param>
public sealed record PackReference(SnapshotScope Scope, string Hash, long Bytes, long Content, long Live);

/// <summary>A path that a snapshot does not hold as it was.</summary>
/// <param name="Path">Escaped as in <see cref="PageReference.First"/>.</param>
/// <param name="Reason"><c>unreadable</c>, <c>changing</c>, <c>deferred</c>, <c>special</c> (socket, FIFO, device), <c>tooDeep</c>, <c>tooLong</c> or <c>quota</c>.</param>
public sealed record StaleFile(string Path, string Reason);
