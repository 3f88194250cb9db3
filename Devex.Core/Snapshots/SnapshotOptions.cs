namespace Devex.Core.Snapshots;

/// <summary>Section <c>Snapshots</c>.</summary>
internal sealed class SnapshotOptions
{
    /// <summary>Most bytes of files in one snapshot. Default 8 GiB.</summary>
    public long MaxBytes { get; set; } = 8L * 1024 * 1024 * 1024;

    /// <summary>Most entries of one snapshot. Default 1,000,000; a restore of more takes minutes.</summary>
    public long MaxEntries { get; set; } = 1_000_000;

    /// <summary>How long a presigned address is good for. Default 15 minutes; sessions ask again.</summary>
    public TimeSpan UrlLifetime { get; set; } = TimeSpan.FromMinutes(15);

    /// <summary>How long bootstrap and incarnation tokens are good for: longer than any session lives. Default 30 days.</summary>
    public TimeSpan TokenLifetime { get; set; } = TimeSpan.FromDays(30);
}
