namespace Devex.Core.Snapshots;

/// <summary>Section <c>Snapshots</c>.</summary>
internal sealed class SnapshotOptions
{
    /// <summary>How long a presigned address is good for. Default 15 minutes; sessions ask again.</summary>
    public TimeSpan UrlLifetime { get; set; } = TimeSpan.FromMinutes(15);

    /// <summary>How long bootstrap and incarnation tokens are good for: longer than any session lives. Default 30 days.</summary>
    public TimeSpan TokenLifetime { get; set; } = TimeSpan.FromDays(30);
}
