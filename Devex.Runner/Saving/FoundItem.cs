using Devex.Runner.Snapshots;
using Devex.Snapshots.Entries;

namespace Devex.Runner.Saving;

/// <summary>A file, folder or link as a walk found it.</summary>
/// <param name="Path">Where.</param>
/// <param name="Kind">What.</param>
/// <param name="Status">By which a later walk knows whether it is the same.</param>
/// <param name="Target">Where a link points.</param>
internal readonly record struct FoundItem(SnapshotPath Path, EntryKind Kind, FileStatus Status, byte[]? Target = null);
