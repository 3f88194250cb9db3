using Devex.Contracts.Api;
using Devex.Contracts.Snapshots;
using Devex.Snapshots;
using Devex.Snapshots.Roots;

namespace Devex.Core.Snapshots;

/// <summary>A root as it is in S3.</summary>
/// <param name="Root">What it says.</param>
/// <param name="Bytes">The object.</param>
/// <param name="At">When it was written.</param>
internal sealed record StoredRoot(SnapshotRoot Root, byte[] Bytes, DateTimeOffset At)
{
    private const int Named = 20;

    public string Hash { get; } = Digest.Of(Bytes).ToString();

    public static StoredRoot Of(StoredObject stored) => new(RootObject.Decode(stored.Bytes), stored.Bytes, stored.At);

    /// <summary>For people and receipts.</summary>
    public SavedState ToSaved() =>
        new(Root.Number, At, Root.Files, Root.Bytes, Hash, Root.AsOf, [.. Root.Stale.Take(Named).Select(stale => stale.Path)], [.. Root.Stale.Take(Named)]);

    /// <summary>The next root of the chain with the same content.</summary>
    public SnapshotRoot Next(string commit) => Root with
    {
        Number = Root.Number + 1,
        Parent = Hash,
        Session = null,
        Incarnation = null,
        Attempt = null,
        Claim = false,
        Restored = false,
        Commit = commit,
    };
}
