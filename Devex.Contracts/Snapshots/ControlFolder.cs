namespace Devex.Contracts.Snapshots;

/// <summary><c>control/core.json</c>: where Core's session listener is; rewritten when Core moves.</summary>
public sealed record CoreAddress(string Url);

/// <summary><c>control/incarnation.json</c>: written by the claim, read by the saver.</summary>
public sealed record IncarnationFile(string Token, string Incarnation, string Session, long Root);

/// <summary><c>control/restored.json</c>: the last act of <c>restore</c>, after <c>syncfs</c>.</summary>
public sealed record RestoreMarker(ReplId Repl, string Incarnation, long Root);

/// <summary><c>control/saved.json</c>: the newest root of the session's saver, so that a saver that starts again and finds itself superseded can rescue what is newer.</summary>
public sealed record SavedRoot(string Incarnation, long Root);
