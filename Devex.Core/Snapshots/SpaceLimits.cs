namespace Devex.Core.Snapshots;

/// <summary>Section <c>Limits</c>: room for files. What is over a limit is not saved and is named; a limit that is made smaller deletes nothing.</summary>
internal sealed class SpaceLimits
{
    /// <summary>Most bytes of files in one REPL. Default 8 GiB.</summary>
    public long Bytes { get; set; } = 8L * 1024 * 1024 * 1024;

    /// <summary>Most files, folders and links in one REPL. Default 1,000,000; a restore of more takes minutes.</summary>
    public long Files { get; set; } = 1_000_000;

    /// <summary>Most bytes of files in all REPLs of one user, trash not counted. Default 40 GiB.</summary>
    public long UserBytes { get; set; } = 40L * 1024 * 1024 * 1024;

    /// <summary>Most files in all REPLs of one user, trash not counted. Default 4,000,000.</summary>
    public long UserFiles { get; set; } = 4_000_000;
}
