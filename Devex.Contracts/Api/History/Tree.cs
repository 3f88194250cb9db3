using Devex.Contracts.Protocol;

namespace Devex.Contracts.Api;

/// <summary>One file, folder or link of a restore point.</summary>
/// <param name="Name">Last segment; bytes that are no UTF-8 as <c>\xNN</c>, a backslash as <c>\\</c>.</param>
/// <param name="Kind">What it is; a link is not followed.</param>
/// <param name="Size">Bytes of a file.</param>
/// <param name="ModifiedAt">Unix milliseconds; 0 for folders.</param>
/// <param name="Mode">Permission bits, e.g. 420 for 0644.</param>
/// <param name="Hash">SHA-256 of a file's content, hex (of its chunks' hashes when over 64 MiB); null for others.</param>
/// <param name="Target">Where a link points, escaped like a name.</param>
public sealed record HistoryEntry(string Name, FileKind Kind, long Size, long ModifiedAt, int Mode, string? Hash = null, string? Target = null);

/// <summary>What a folder of a restore point holds, in the order of names' bytes.</summary>
/// <param name="Point">Its id: that of the newest when <c>head</c> was asked.</param>
/// <param name="Path">The folder.</param>
/// <param name="Entries">At most as many as asked for.</param>
/// <param name="Next">Sent back as <c>after</c> it gives the next; null at the end.</param>
public sealed record HistoryFolder(string Point, string Path, IReadOnlyList<HistoryEntry> Entries, string? Next);
