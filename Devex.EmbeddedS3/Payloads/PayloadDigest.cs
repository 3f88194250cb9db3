namespace Devex.EmbeddedS3.Payloads;

/// <summary>What a body was.</summary>
/// <param name="Md5">In hex, lower case: the ETag of an object that was put whole.</param>
/// <param name="Checksums">The checksums that the client gave, by S3's name for the algorithm, in base64.</param>
internal sealed record PayloadDigest(long Size, string Md5, IReadOnlyDictionary<string, string> Checksums);
