namespace Devex.EmbeddedS3.Signatures;

/// <summary>A request whose signature was right, and what is needed to check its body.</summary>
/// <param name="PayloadHash">The SHA-256 of the body in hex, or one of the words that stand in for it.</param>
internal sealed record SignedRequest(DateTimeOffset Time, Scope Scope, byte[] SigningKey, string Signature, string PayloadHash);
