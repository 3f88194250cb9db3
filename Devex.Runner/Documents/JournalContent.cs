namespace Devex.Runner.Documents;

/// <summary>The state that a journal begins with.</summary>
/// <param name="Version">Of the text.</param>
/// <param name="BootId">The boot of the node on which it was begun: what was written in another may be lost in part.</param>
/// <param name="Received">Highest n accepted per client.</param>
/// <param name="Text">The text, exactly: halves of surrogate pairs included.</param>
internal sealed record Checkpoint(long Version, string BootId, IReadOnlyDictionary<string, long> Received, string Text);

/// <summary>What a journal holds.</summary>
/// <param name="Start">Where it begins.</param>
/// <param name="Updates">Accepted after that, in order.</param>
/// <param name="Flushed">The last version that was in the file, as far as it tells.</param>
/// <param name="FileHash">SHA-256 of the file that all this takes into account; null when it tells of none.</param>
/// <param name="Length">Bytes of whole records; what follows was torn off.</param>
internal sealed record JournalContent(Checkpoint Start, IReadOnlyList<Update> Updates, long Flushed, string? FileHash, long Length)
{
    public long Version => Start.Version + Updates.Count;
}
