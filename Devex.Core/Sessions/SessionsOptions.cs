namespace Devex.Core.Sessions;

/// <summary>Section <c>Sessions</c>.</summary>
internal sealed class SessionsOptions
{
    /// <summary>How long a session lives without a connected editor, terminal input or busy process. Zero: for ever.</summary>
    public TimeSpan IdleTimeout { get; set; } = TimeSpan.FromMinutes(30);

    /// <summary>How long a session lives at most, busy or not. Default: no limit.</summary>
    public TimeSpan? MaximumLifetime { get; set; }

    /// <summary>How long a session's node must be silent before its owner may go on from the last commit without it. Default 5 minutes.</summary>
    public TimeSpan UnreachableAfter { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>How often a running session is asked for its status.</summary>
    public TimeSpan StatusInterval { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>How often records and runtime are compared.</summary>
    public TimeSpan SweepInterval { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>How long a replica that died keeps others from its sessions.</summary>
    public TimeSpan LeaseTime { get; set; } = TimeSpan.FromSeconds(20);

    /// <summary>How long a freeze waits until every acknowledged edit is in its file.</summary>
    public TimeSpan FlushTimeout { get; set; } = TimeSpan.FromSeconds(10);
}
