using System.Text.Json;

namespace Devex.Contracts.Protocol;

/// <summary>Parameters of <c>documents.open</c>.</summary>
/// <param name="Path">A text file in the workspace; it is made when absent and <paramref name="Create"/> is set.</param>
/// <param name="Create">Make an empty file when there is none.</param>
/// <param name="Resume">What the client still holds of it after a lost connection.</param>
public sealed record OpenDocument(string Path, bool Create = false, ResumeDocument? Resume = null);

/// <summary>What a returning client holds.</summary>
/// <param name="Document">The id that an earlier <c>documents.open</c> gave.</param>
/// <param name="Version">The last version received.</param>
public sealed record ResumeDocument(string Document, long Version);

/// <summary>Answer of <c>documents.open</c>.</summary>
/// <param name="Document">Id of the document; a new one means that nobody knows the client's base any more.</param>
/// <param name="Path">Its path now.</param>
/// <param name="Version">Number of updates since the document began.</param>
/// <param name="Text">The text at <paramref name="Version"/>, lines joined by <c>\n</c>; null when <paramref name="Updates"/> suffice.</param>
/// <param name="Updates">What the returning client misses, from its version on.</param>
/// <param name="LineEnding"><c>lf</c> or <c>crlf</c>, as in the file.</param>
/// <param name="ReadOnly">Why it cannot be edited, in words; null when it can.</param>
/// <param name="Received">Highest <c>n</c> accepted per client of the caller's user, so that what was accepted is not sent again.</param>
/// <param name="FlushedVersion">The version that the file holds.</param>
/// <param name="FlushedAt">When it was written, on the node's clock; for a file that was as it is before <c>serve</c> looked at it, when that was.</param>
/// <param name="Base">With <paramref name="Updates"/>: the version of the client that they follow. It is the one that the client named, or an earlier one when
/// <c>serve</c> lost what came after it (a node that died): the client takes back what it has from there on, receives, and pushes it again.
/// Either way it goes on from <paramref name="Version"/>, which may have jumped: versions of lost updates are not used twice.</param>
public sealed record OpenedDocument(
    string Document, string Path, long Version, string? Text, IReadOnlyList<DocumentUpdate>? Updates, string LineEnding, string? ReadOnly,
    IReadOnlyDictionary<string, long> Received, long FlushedVersion, Snapshots.SessionInstant? FlushedAt, long? Base = null);

/// <summary>One accepted or pushed update.</summary>
/// <param name="Client">Id of the page that made it: 16 random characters, chosen by the page.</param>
/// <param name="N">1, 2, 3 … per client and document.</param>
/// <param name="Changes">A CodeMirror change set as JSON: a number keeps, <c>[n]</c> deletes, <c>[n, "line", …]</c> replaces; UTF-16 units.</param>
public sealed record DocumentUpdate(string Client, long N, JsonElement Changes);

/// <summary>Parameters of <c>documents.push</c>: updates made on <paramref name="Version"/>, in order.</summary>
public sealed record PushUpdates(string Document, long Version, IReadOnlyList<DocumentUpdate> Updates);

/// <summary>Answer of <c>documents.push</c>: the version after it. By then the updates are journaled and were sent to every editor.</summary>
public sealed record PushedUpdates(long Version);

/// <summary>Notification <c>documents.updates</c>: updates from <paramref name="Version"/> on, to everyone who has it open, the pusher included.</summary>
public sealed record DocumentUpdates(string Document, long Version, IReadOnlyList<DocumentUpdate> Updates);

/// <summary>Names a document.</summary>
public sealed record DocumentParams(string Document);

/// <summary>Notification <c>documents.flushed</c>: the file now holds <paramref name="Version"/>.</summary>
public sealed record DocumentFlushed(string Document, long Version, string Hash, Snapshots.SessionInstant At);

/// <summary>Notification <c>documents.moved</c>: the file has another path, or none when it was deleted.</summary>
public sealed record DocumentMoved(string Document, string? Path);

/// <summary>Notification <c>documents.failed</c>: the file could not be written; edits stay journaled and it is tried again.</summary>
public sealed record DocumentFailed(string Document, string Message);

/// <summary>Parameters of <c>documents.presence</c>.</summary>
/// <param name="Document">Where.</param>
/// <param name="Version">The version that positions count in.</param>
/// <param name="Selections">Anchor and head of each selection, UTF-16 units; null when the person left.</param>
public sealed record DocumentPresence(string Document, long Version, IReadOnlyList<SelectionRange>? Selections);

/// <summary>Notification <c>documents.presence</c>: of whom there is something new, and where they are now. Whoever is told may be among them.</summary>
/// <param name="Document">Where.</param>
/// <param name="People">Each once.</param>
public sealed record PresentPeople(string Document, IReadOnlyList<PresentPerson> People);

/// <summary>Where somebody is in a document.</summary>
/// <param name="Person">Who.</param>
/// <param name="Version">The version that positions count in.</param>
/// <param name="Selections">As in <see cref="DocumentPresence"/>.</param>
public sealed record PresentPerson(Participant Person, long Version, IReadOnlyList<SelectionRange>? Selections);

/// <summary>One selection: anchor stays, head moves.</summary>
public readonly record struct SelectionRange(int Anchor, int Head);

/// <summary>A connected person.</summary>
/// <param name="Connection">Number of the connection within the session.</param>
/// <param name="User">User id.</param>
/// <param name="Name">Display name.</param>
/// <param name="Role">What they may do.</param>
/// <param name="Colour">Number of the person's colour in this session: 0, 1, 2 …, lowest first. No two people who are connected have the same.</param>
/// <param name="Path">The file in front of them, as they say by <c>session.look</c>; in lists of participants alone.</param>
public sealed record Participant(int Connection, UserId User, string Name, Role Role, int Colour, string? Path = null);
