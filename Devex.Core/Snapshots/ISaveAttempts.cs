using Devex.Contracts;

namespace Devex.Core.Snapshots;

/// <summary>What is known of the save attempts of a session; implemented by sessions.</summary>
internal interface ISaveAttempts
{
    /// <summary>
    /// Whether the session's saver is not to claim again yet, or ever: an attempt to save it for good is under way, or has succeeded. The saver's claim is answered 423
    /// and it asks again.
    /// </summary>
    Task<bool> HoldsAsync(UserId owner, ReplId repl, string session, CancellationToken cancellationToken);
}

/// <summary>Used where nothing is stopped.</summary>
internal sealed class NoSaveAttempts : ISaveAttempts
{
    public Task<bool> HoldsAsync(UserId owner, ReplId repl, string session, CancellationToken cancellationToken) => Task.FromResult(false);
}
