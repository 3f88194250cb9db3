namespace Devex.Runner.Documents;

/// <summary>A document as it begins: what its file, its index and its journal say together.</summary>
/// <param name="Index">What is known of its file.</param>
/// <param name="File">The file as it was read.</param>
/// <param name="Text">The text; ahead of the file when edits were acknowledged and not flushed.</param>
/// <param name="Log">The newest updates; ends at the version of <paramref name="Text"/>.</param>
/// <param name="Received">Highest n accepted per client.</param>
/// <param name="Journal">Bytes of the journal that may be continued; null to begin another.</param>
internal sealed record DocumentState(
    DocumentIndex Index, TextFileState File, DocumentText Text, UpdateLog Log, Dictionary<string, long> Received, long? Journal);

/// <summary>A text file as it was read or written.</summary>
/// <param name="Text">Its text.</param>
/// <param name="Form">How it lies in the file.</param>
/// <param name="Version">The version that <see cref="Files.WorkspaceFiles"/> gives it; null when there is no file.</param>
/// <param name="Hash">SHA-256 of its bytes, lower-case hex.</param>
internal sealed record TextFileState(DocumentText Text, TextForm Form, string? Version, string Hash);
