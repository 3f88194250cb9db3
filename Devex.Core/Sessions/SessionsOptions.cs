using Devex.Contracts;

namespace Devex.Core.Sessions;

/// <summary>Section <c>Sessions</c>.</summary>
internal sealed class SessionsOptions
{
    /// <summary>How long a session lives without a connected editor, terminal input or busy process. Zero: for ever.</summary>
    public TimeSpan IdleTimeout { get; set; } = TimeSpan.FromMinutes(30);

    /// <summary>How long a session lives at most, busy or not. Zero, and the default: no limit.</summary>
    public TimeSpan? MaximumLifetime { get; set; }

    /// <summary>What counts for single users instead, by their ids: <c>Sessions:Users:github-1001:IdleTimeout</c>. Of a shared REPL its owner counts.</summary>
    public Dictionary<string, SessionTimes> Users { get; set; } = [];

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

    public TimeSpan IdleTimeoutOf(UserId owner) => Users.GetValueOrDefault(owner.ToString())?.IdleTimeout ?? IdleTimeout;

    /// <summary>Null without a limit.</summary>
    public TimeSpan? MaximumLifetimeOf(UserId owner) =>
        (Users.GetValueOrDefault(owner.ToString())?.MaximumLifetime ?? MaximumLifetime) is { } most && most > TimeSpan.Zero ? most : null;
}

/// <summary>How long the sessions of one user live. What is null is as for everybody.</summary>
internal sealed class SessionTimes
{
    /// <summary>Zero: for ever.</summary>
    public TimeSpan? IdleTimeout { get; set; }

    /// <summary>Zero: no limit.</summary>
    public TimeSpan? MaximumLifetime { get; set; }
}
