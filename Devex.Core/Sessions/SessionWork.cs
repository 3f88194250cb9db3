using System.Threading.Channels;
using Devex.Contracts;

namespace Devex.Core.Sessions;

/// <summary>One reconciler's hold on one REPL.</summary>
/// <param name="owner">The REPL's owner.</param>
/// <param name="id">The REPL.</param>
/// <param name="fence">Number of the lease.</param>
internal sealed class SessionWork(UserId owner, ReplId id, long fence)
{
    private readonly Channel<bool> _woken = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    public UserId Owner => owner;

    public ReplId Id => id;

    public long Fence => fence;

    /// <summary>Session whose place was refreshed under this hold: Core's address and tokens may have changed since the last.</summary>
    public string? Refreshed { get; set; }

    /// <summary>W3C trace parent of what last woke it; null when that was no request.</summary>
    public string? Trace { get; set; }

    /// <summary>The stage last told of under this hold, and of which session.</summary>
    public (string Session, string Stage)? Stage { get; set; }

    /// <summary>Whether people were told under this hold that the stage under way waits for S3.</summary>
    public bool WaitsForStorage { get; set; }

    /// <summary>Ends the next or present wait; many calls are one.</summary>
    public void Wake() => _woken.Writer.TryWrite(true);

    public Task WaitAsync(CancellationToken cancellationToken) => _woken.Reader.ReadAsync(cancellationToken).AsTask();
}
