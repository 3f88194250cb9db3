using System.Text.Json.Serialization;

namespace Devex.Contracts.Protocol;

/// <summary>Kinds of directory entries.</summary>
public enum FileKind
{
    /// <summary>A regular file.</summary>
    [JsonStringEnumMemberName("file")] File,

    /// <summary>A folder.</summary>
    [JsonStringEnumMemberName("folder")] Folder,

    /// <summary>A symbolic link.</summary>
    [JsonStringEnumMemberName("link")] Link,

    /// <summary>A socket, pipe or device: listed, never opened.</summary>
    [JsonStringEnumMemberName("other")] Other,
}

/// <summary>How content travels in a JSON string.</summary>
public enum ContentEncoding
{
    /// <summary>Valid UTF-8 text.</summary>
    [JsonStringEnumMemberName("utf8")] Utf8,

    /// <summary>Any bytes, base64.</summary>
    [JsonStringEnumMemberName("base64")] Base64,
}

/// <summary>One entry of a folder.</summary>
/// <param name="Name">Last segment; for <c>files.stat</c> too.</param>
/// <param name="Kind">What it is; a link is not followed.</param>
/// <param name="Size">Bytes.</param>
/// <param name="ModifiedAt">Unix milliseconds.</param>
/// <param name="Mode">Permission bits, e.g. 420 for 0644.</param>
/// <param name="Version">Opaque; changes with the content. Files only.</param>
/// <param name="Target">Where a link points.</param>
/// <param name="TargetKind">What the link leads to inside the workspace; null when nowhere or outside.</param>
public sealed record FileEntry(
    string Name, FileKind Kind, long Size, long ModifiedAt, int Mode, string? Version = null, string? Target = null, FileKind? TargetKind = null);

/// <summary>Names one path: relative to the workspace, <c>/</c> between segments, empty for the workspace itself.</summary>
public sealed record PathParams(string Path);

/// <summary>Answer of <c>files.list</c>: folders first, then by name.</summary>
public sealed record FileList(IReadOnlyList<FileEntry> Entries);

/// <summary>Parameters of <c>files.read</c>; at most 8 MiB, over which <c>GET /files/…</c> streams.</summary>
public sealed record ReadFile(string Path);

/// <summary>Answer of <c>files.read</c>.</summary>
public sealed record FileContent(string Content, ContentEncoding Encoding, string Version, long Size);

/// <summary>Parameters of <c>files.write</c>.</summary>
/// <param name="Path">Where.</param>
/// <param name="Content">What.</param>
/// <param name="Encoding">How <paramref name="Content"/> is written.</param>
/// <param name="ExpectedVersion">The version it replaces; null when it must not exist; <c>*</c> for any.</param>
public sealed record WriteFile(string Path, string Content, ContentEncoding Encoding = ContentEncoding.Utf8, string? ExpectedVersion = null);

/// <summary>Answer of <c>files.write</c>.</summary>
public sealed record FileVersion(string Version);

/// <summary>Parameters of <c>files.create</c>: an empty file, a folder, or a link to <paramref name="Target"/>.</summary>
public sealed record CreateFile(string Path, FileKind Kind, string? Target = null);

/// <summary>Parameters of <c>files.rename</c> and <c>files.copy</c>.</summary>
public sealed record MoveFile(string From, string To, bool Overwrite = false);

/// <summary>Parameters of <c>files.delete</c>. A folder that is not empty needs <paramref name="Recursive"/>.</summary>
public sealed record DeleteFile(string Path, bool Recursive = false);

/// <summary>Notification <c>files.changed</c>: folders whose listing or files changed, at most 200, then <paramref name="Overflow"/>.</summary>
/// <param name="Paths">Changed entries.</param>
/// <param name="Overflow">More changed than is named: list again what is shown.</param>
public sealed record FilesChanged(IReadOnlyList<FileChange> Paths, bool Overflow = false);

/// <summary>One change seen by the watcher.</summary>
public sealed record FileChange(string Path, FileChangeKind Change);

/// <summary>What happened to a path.</summary>
public enum FileChangeKind
{
    /// <summary>It is there now and was not.</summary>
    [JsonStringEnumMemberName("created")] Created,

    /// <summary>Its content or mode changed.</summary>
    [JsonStringEnumMemberName("changed")] Changed,

    /// <summary>It is gone.</summary>
    [JsonStringEnumMemberName("deleted")] Deleted,
}

/// <summary>Parameters of <c>files.link</c>: a file, or with <paramref name="Archive"/> a folder as zip.</summary>
public sealed record LinkFile(string Path, bool Archive = false);

/// <summary>Answer of <c>files.link</c>: a path on the session's host that works once within 60 s; who was answered may go on from where the connection was lost for ten minutes, naming the version.</summary>
public sealed record FileLink(string Url);

/// <summary>Parameters of <c>files.uploaded</c> and <c>files.cancelUpload</c>: the name under which <c>PUT /files/…?upload=NAME</c> sent it.</summary>
public sealed record UploadName(string Upload);

/// <summary>Answer of <c>files.uploaded</c>: how far an upload has come.</summary>
/// <param name="Bytes">What was received; the next part begins there.</param>
/// <param name="Version">Of the file, once it is complete and has its place.</param>
public sealed record UploadedBytes(long Bytes, string? Version = null);
