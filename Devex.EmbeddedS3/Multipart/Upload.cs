namespace Devex.EmbeddedS3.Multipart;

/// <summary>A multipart upload under way.</summary>
/// <param name="Headers">What the finished object will be given.</param>
internal sealed record Upload(string Id, string Folder, IReadOnlyDictionary<string, string> Headers);
