using Devex.Snapshots.Packs;

namespace Devex.Snapshots.Entries;

public enum EntryKind : byte
{
    File = 1,
    Folder = 2,
    Link = 3,
}

/// <summary>One file, folder or symbolic link of a snapshot.</summary>
public sealed record SnapshotEntry
{
    public required SnapshotPath Path { get; init; }

    public required EntryKind Kind { get; init; }

    /// <summary>Permissions: at most 01777, since set-user-id and set-group-id are not kept.</summary>
    public required int Mode { get; init; }

    /// <summary>
    /// Nanoseconds since 1970; 0 for folders, whose time changes with every file in them and would make two pages of each edit.
    /// </summary>
    public required long Modified { get; init; }

    /// <summary>Bytes of a file.</summary>
    public long Size { get; init; }

    /// <summary>SHA-256 of a file's content; of a chunked file's chunk hashes, one after the other.</summary>
    public Digest Hash { get; init; }

    /// <summary>A file's content in order: one chunk, or chunks of <see cref="SnapshotFormat.ChunkBytes"/> when it is over <see cref="SnapshotFormat.ChunkedFileBytes"/>; none when it is empty.</summary>
    public IReadOnlyList<Chunk> Chunks { get; init; } = [];

    /// <summary>Where a link points, never followed.</summary>
    public ReadOnlyMemory<byte> Target { get; init; }
}

/// <summary>A part of a file that is hashed by itself.</summary>
/// <param name="Length">Bytes.</param>
/// <param name="Hash">SHA-256.</param>
/// <param name="Extents">Where it is, in order.</param>
public sealed record Chunk(int Length, Digest Hash, IReadOnlyList<Extent> Extents);
