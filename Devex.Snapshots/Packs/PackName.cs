using Devex.Contracts.Snapshots;

namespace Devex.Snapshots.Packs;

/// <summary>Names a pack. While a pack is being written its hash is not known yet; see <see cref="PackWriter"/>.</summary>
public sealed class PackName(SnapshotScope scope, Digest hash) : IEquatable<PackName>
{
    public SnapshotScope Scope { get; } = scope;

    public Digest Hash { get; internal set; } = hash;

    public bool Equals(PackName? other) => other is not null && Scope == other.Scope && Hash == other.Hash;

    public override bool Equals(object? obj) => Equals(obj as PackName);

    public override int GetHashCode() => HashCode.Combine(Scope, Hash);
}

/// <summary>A run of whole groups within one pack, and the part of their content that is meant.</summary>
public sealed class Extent
{
    public required PackName Pack { get; init; }

    /// <summary>Where the first group begins in the pack.</summary>
    public required int Offset { get; init; }

    /// <summary>Bytes of the groups in the pack, their headers included.</summary>
    public int Stored { get; internal set; }

    /// <summary>Bytes of content before the part that is meant.</summary>
    public required int Skip { get; init; }

    /// <summary>Bytes of content that are meant.</summary>
    public int Length { get; internal set; }
}
