using Devex.Contracts.Snapshots;

namespace Devex.Runner.Control;

/// <summary>The answer of <c>GET /status</c> while the parts fill it in.</summary>
internal sealed class StatusDraft
{
    /// <summary>The last flush of documents to files.</summary>
    public SessionInstant? FlushedAt { get; set; }

    /// <summary>Documents with acknowledged updates that are not yet in their file.</summary>
    public int Unflushed { get; set; }

    /// <summary>Why the session is not idle: <c>terminal</c>, <c>editor</c>, <c>process</c>.</summary>
    public SortedSet<string> Busy { get; } = new(StringComparer.Ordinal);

    /// <summary>TCP ports that programs listen on.</summary>
    public IReadOnlyList<int> Ports { get; set; } = [];
}
