namespace Devex.EmbeddedS3.Objects;

/// <summary>All that is known of an object but its bytes. Stored behind the bytes in the object's file.</summary>
/// <param name="ETag">Without quotes: MD5 in hex, or <c>hex-N</c> for an upload in N parts.</param>
/// <param name="Headers">Standard headers to give back (Content-Type, Cache-Control, …) and <c>x-amz-meta-*</c>.</param>
/// <param name="Checksums">By algorithm name (<c>sha256</c>), in base64.</param>
internal sealed record ObjectInfo(
    string Key,
    long Size,
    string ETag,
    DateTimeOffset LastModified,
    IReadOnlyDictionary<string, string> Headers,
    IReadOnlyDictionary<string, string> Checksums)
{
    /// <summary>The version of the stored form.</summary>
    public int Format { get; init; } = 1;
}
