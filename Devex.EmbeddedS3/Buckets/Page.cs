using Devex.EmbeddedS3.Objects;

namespace Devex.EmbeddedS3.Buckets;

/// <summary>One page of a listing.</summary>
/// <param name="Last">The last key or folder on the page: the next page begins after it.</param>
internal sealed record Page(IReadOnlyList<ObjectInfo> Objects, IReadOnlyList<string> Folders, bool IsTruncated, string Last);
