namespace Devex.Core.Imports.Git;

/// <summary>Section <c>Imports:Git</c>; what holds for archives, <see cref="ImportOptions"/>, holds for repositories beside it.</summary>
internal sealed class GitOptions
{
    /// <summary>How long one import may take to fetch. Default 5 min.</summary>
    public TimeSpan Time { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>Most bytes that are fetched. Default 512 MiB.</summary>
    public long Bytes { get; set; } = 512L * 1024 * 1024;

    /// <summary>How long one may look at a repository before consenting. Default 30 s.</summary>
    public TimeSpan LookTime { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>Most bytes that are fetched to look. Default 32 MiB.</summary>
    public long LookBytes { get; set; } = 32L * 1024 * 1024;

    /// <summary>
    /// Takes <c>http</c> repositories on this machine's loopback addresses. Default false. WARNING: for tests alone: it lets people send requests to whatever listens there. Taken in
    /// Development only.
    /// </summary>
    public bool Loopback { get; set; }
}
