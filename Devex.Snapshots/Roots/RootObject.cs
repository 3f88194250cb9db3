using System.Text.Json;
using Devex.Contracts.Snapshots;

namespace Devex.Snapshots.Roots;

/// <summary>A root's bytes: JSON, members in the order of <see cref="SnapshotRoot"/>.</summary>
public static class RootObject
{
    public static byte[] Encode(SnapshotRoot root) => JsonSerializer.SerializeToUtf8Bytes(root, SnapshotsJson.Default.SnapshotRoot);

    /// <exception cref="SnapshotFormatException">It is damaged, or of a later format.</exception>
    public static SnapshotRoot Decode(ReadOnlySpan<byte> bytes)
    {
        try
        {
            if (bytes.Length <= SnapshotFormat.MaxRootBytes
                && JsonSerializer.Deserialize(bytes, SnapshotsJson.Default.SnapshotRoot) is { Format: SnapshotFormat.Version } root)
            {
                return root;
            }
        }
        catch (JsonException)
        {
        }
        throw new SnapshotFormatException("Not a root of format 1.");
    }
}
