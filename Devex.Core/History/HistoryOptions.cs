namespace Devex.Core.History;

/// <summary>Section <c>History</c>.</summary>
internal sealed class HistoryOptions
{
    /// <summary>Bytes of memory for pages read lately. Default 64 MiB per replica.</summary>
    public long CacheBytes { get; set; } = 64L * 1024 * 1024;

    /// <summary>Searches, archives and comparisons of one user at once; more wait. Default 3.</summary>
    public int AtOnce { get; set; } = 3;

    /// <summary>Most bytes of files that one search reads. Default 256 MiB.</summary>
    public long SearchBytes { get; set; } = 256L * 1024 * 1024;

    /// <summary>How long one search may take. Default 20 s.</summary>
    public TimeSpan SearchTime { get; set; } = TimeSpan.FromSeconds(20);
}
