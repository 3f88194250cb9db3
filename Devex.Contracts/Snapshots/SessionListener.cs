using System.Text.Json.Serialization;

namespace Devex.Contracts.Snapshots;

/// <summary>Body of <c>POST claims</c> (bootstrap token): opens an incarnation by committing a root with the newest one's content.</summary>
/// <param name="ClaimId">22 random characters; the same id again gives the same incarnation.</param>
/// <param name="Attempt">The save attempt that claims; null for restore and saver.</param>
/// <param name="Restored">Whether the restore marker is on disk.</param>
/// <param name="Writer">Which of the session's pods claims, by its UID; null where a session has one place only.</param>
public sealed record ClaimRequest(string ClaimId, string? Attempt = null, bool Restored = false, string? Writer = null);

/// <summary>Answer of <c>POST claims</c>. 423 with a problem means: another writer may still write, ask again.</summary>
/// <param name="Token">Incarnation token.</param>
/// <param name="Incarnation">Id of the incarnation.</param>
/// <param name="Root">The root that opened it.</param>
/// <param name="Hash">SHA-256 of that root, hex.</param>
/// <param name="Excludes">The template's patterns.</param>
/// <param name="Limits">Most that a snapshot may hold.</param>
public sealed record Claimed(
    string Token, string Incarnation, SnapshotRoot Root, string Hash, IReadOnlyList<string> Excludes, SnapshotLimits Limits);

/// <summary>Answer of <c>GET root</c>: the newest root.</summary>
public sealed record CurrentRoot(SnapshotRoot Root, string Hash, IReadOnlyList<string> Excludes, SnapshotLimits Limits);

/// <summary>Kind of an object in S3.</summary>
public enum SnapshotObjectKind
{
    /// <summary>Contents.</summary>
    [JsonStringEnumMemberName("pack")] Pack,

    /// <summary>Entries.</summary>
    [JsonStringEnumMemberName("page")] Page,
}

/// <summary>Names a page or pack.</summary>
public sealed record SnapshotObject(SnapshotObjectKind Kind, SnapshotScope Scope, string Hash);

/// <summary>Body of <c>POST downloads</c>: at most 256 objects named by root <paramref name="Root"/>.</summary>
public sealed record DownloadRequest(long Root, IReadOnlyList<SnapshotObject> Objects);

/// <summary>Answer of <c>POST downloads</c>: addresses in the order asked.</summary>
public sealed record DownloadList(IReadOnlyList<string> Urls, DateTimeOffset ExpiresAt);

/// <summary>An object to be put: always in the user's scope.</summary>
/// <param name="Kind">Pack or page.</param>
/// <param name="Hash">SHA-256, hex: its name.</param>
/// <param name="Length">Bytes.</param>
public sealed record UploadObject(SnapshotObjectKind Kind, string Hash, long Length);

/// <summary>Body of <c>POST uploads</c>: at most 256 objects.</summary>
public sealed record UploadRequest(IReadOnlyList<UploadObject> Objects);

/// <summary>How to put one object. 412 means that it is already there, which is success.</summary>
/// <param name="Url">Presigned.</param>
/// <param name="Headers">Signed headers beside <c>Host</c> and <c>Content-Length</c>; sent exactly so.</param>
public sealed record Upload(string Url, IReadOnlyDictionary<string, string> Headers);

/// <summary>Answer of <c>POST uploads</c>, in the order asked.</summary>
public sealed record UploadList(IReadOnlyList<Upload> Uploads, DateTimeOffset ExpiresAt);

/// <summary>Body of <c>POST commits</c>. Sent again unchanged until there is an answer: the id and the bytes of the root depend on nothing else.</summary>
/// <param name="Commit">22 random characters.</param>
/// <param name="Parent">Number of the newest root that the writer knows; the commit becomes the next.</param>
/// <param name="Pages">All pages, in order.</param>
/// <param name="AsOf">When reading began.</param>
/// <param name="Stale">What could not be kept, at most 100.</param>
/// <param name="Restored">Whether the restore marker is on disk.</param>
public sealed record CommitRequest(
    string Commit, long Parent, IReadOnlyList<CommitPage> Pages, SessionInstant? AsOf, IReadOnlyList<StaleFile> Stale, bool Restored);

/// <summary>A page of a commit.</summary>
public sealed record CommitPage(SnapshotScope Scope, string Hash);

/// <summary>Answer of <c>POST commits</c>.</summary>
/// <param name="Root">The new root.</param>
/// <param name="Hash">SHA-256 of it, hex.</param>
/// <param name="Limits">Most that the next one may hold.</param>
public sealed record Committed(SnapshotRoot Root, string Hash, SnapshotLimits Limits);

/// <summary>
/// Answer of <c>POST rescues</c>, whose body is a <see cref="CommitRequest"/> of a writer that was superseded: its last state, kept beside the chain as
/// <c>users/{uid}/repls/{rid}/rescues/{9999999999 - n}-{incarnation}</c>, a <see cref="SnapshotRoot"/> with the number that it would have had. One for each
/// incarnation; History shows it, nothing makes it the head by itself.
/// </summary>
/// <param name="Hash">SHA-256 of the object, hex.</param>
public sealed record Rescued(string Hash);

/// <summary>What a session may hold.</summary>
/// <param name="MaxBytes">Bytes of files in one snapshot: the REPL's limit, or less where the owner's other REPLs leave less.</param>
/// <param name="MaxFiles">Entries of one snapshot.</param>
/// <param name="Whole">Whether the owner's limit is what binds, not the REPL's.</param>
public sealed record SnapshotLimits(long MaxBytes, long MaxFiles, bool Whole = false);

/// <summary>Body of <c>POST progress</c>, by the bootstrap token: also who cannot claim an incarnation yet says so.</summary>
/// <param name="Stage"><c>restoring</c> or <c>saving</c>.</param>
/// <param name="Done">Bytes.</param>
/// <param name="Total">Bytes; 0 where that is not counted.</param>
/// <param name="Waits">Whether S3, or Core because of it, does not answer and is asked again.</param>
public sealed record ProgressReport(string Stage, long Done, long Total, bool Waits = false);

/// <summary>The ProblemDetails of the session listener.</summary>
/// <param name="Code">A key of <see cref="SnapshotProblems"/>.</param>
/// <param name="Detail">For people.</param>
/// <param name="By">Who superseded the caller.</param>
/// <param name="Condemned">With <see cref="SnapshotProblems.Condemned"/>: every object of the commit that will be deleted, all in the user's scope.</param>
public sealed record SnapshotProblem(string? Code, string? Detail, SupersededBy? By = null, IReadOnlyList<SnapshotObject>? Condemned = null);

/// <summary>Who wrote the root that shut the caller out.</summary>
public sealed record SupersededBy(string? Session, string? Incarnation, string? Attempt);

/// <summary>Codes of the session listener's problems.</summary>
public static class SnapshotProblems
{
    /// <summary>409: a root of another incarnation follows the caller's.</summary>
    public const string Superseded = "snapshot.superseded";

    /// <summary>
    /// 409: the commit names packs or pages that collection has condemned, and nothing takes that back. The writer packs their content into new packs, writes
    /// new pages, and commits with another id.
    /// </summary>
    public const string Condemned = "snapshot.condemned";

    /// <summary>423: another writer may still write.</summary>
    public const string Held = "snapshot.held";

    /// <summary>413: more than the quota.</summary>
    public const string Quota = "snapshot.quota";

    /// <summary>422: a page or pack is absent or not as it must be.</summary>
    public const string Invalid = "snapshot.invalid";

    /// <summary>404: the REPL has no snapshot.</summary>
    public const string None = "snapshot.none";
}
