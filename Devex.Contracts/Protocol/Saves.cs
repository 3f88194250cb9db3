using System.Text.Json.Serialization;
using Devex.Contracts.Snapshots;

namespace Devex.Contracts.Protocol;

/// <summary>How far the saver is with what is on the node's disk.</summary>
public enum SaveProgress
{
    /// <summary>Nothing is known of a saver yet.</summary>
    [JsonStringEnumMemberName("unknown")] Unknown,

    /// <summary>S3 holds everything, but for <see cref="SavesState.NotKept"/>.</summary>
    [JsonStringEnumMemberName("saved")] Saved,

    /// <summary>Changes are being read or are on their way.</summary>
    [JsonStringEnumMemberName("saving")] Saving,

    /// <summary>Core or S3 is out of reach: changes are kept on the node and it is tried again.</summary>
    [JsonStringEnumMemberName("retrying")] Retrying,

    /// <summary>The saver does not write any more: another session has taken over.</summary>
    [JsonStringEnumMemberName("ended")] Ended,
}

/// <summary>Answer of <c>saves.state</c>, and the notification <c>saves.changed</c>: what the saver last said, by a file in the journal's folder.</summary>
/// <param name="State">How far it is.</param>
/// <param name="Files">Files that are not in S3 as they are on disk, those of <paramref name="NotKept"/> not counted; 0 when not counted yet.</param>
/// <param name="Bytes">Their bytes.</param>
/// <param name="Root">Number of the newest root.</param>
/// <param name="Hash">SHA-256 of it, hex.</param>
/// <param name="At">When it was committed, or found to hold everything still; UTC of the node.</param>
/// <param name="AsOf">Everything flushed before this moment is in S3, but for <paramref name="NotKept"/>.</param>
/// <param name="NotKept">What S3 does not hold as it is, at most 100.</param>
/// <param name="Usage">What the workspace holds of what it may.</param>
/// <param name="Problem">Why nothing is saved now, in words.</param>
/// <param name="Halted">Why <c>serve</c> ended the user's programs, in words, as long as there is no room; it alone says so.</param>
public sealed record SavesState(
    SaveProgress State, int Files = 0, long Bytes = 0, long Root = 0, string? Hash = null, DateTimeOffset? At = null, SessionInstant? AsOf = null,
    IReadOnlyList<StaleFile>? NotKept = null, SpaceUsage? Usage = null, string? Problem = null, string? Halted = null);

/// <summary>Room used. At 80 % people are told, at 95 % in clear words, at 100 % <c>serve</c> takes no more writes, and at 150 % it ends programs.</summary>
/// <param name="Bytes">Bytes of files.</param>
/// <param name="MaxBytes">Most of them.</param>
/// <param name="Files">Files, folders and links.</param>
/// <param name="MaxFiles">Most of them.</param>
/// <param name="Whole">Whether it is the owner's limit over all REPLs that binds.</param>
public sealed record SpaceUsage(long Bytes, long MaxBytes, long Files, long MaxFiles, bool Whole = false);
