namespace Devex.Core.Tests.Faults;

/// <summary>What fails, and for how long.</summary>
public enum FaultKind
{
    /// <summary><c>serve</c> is killed.</summary>
    ServeKilled,

    /// <summary><c>restore</c>, the saver or <c>save</c> is killed, whichever runs.</summary>
    WriterKilled,

    /// <summary>The replica that moves the REPL is killed.</summary>
    CoreKilled,

    /// <summary>That replica stands still until another has taken over, and goes on where it was: both believe that the REPL is theirs.</summary>
    CoreFrozen,

    GatewayKilled,

    /// <summary>Redis is killed and comes back without anything.</summary>
    RedisEmptied,

    S3Killed,

    /// <summary>S3 answers 500 to everything.</summary>
    S3Failing,

    /// <summary>S3 answers 403 to everything.</summary>
    S3Denying,

    /// <summary>S3 takes a third of a second for each answer.</summary>
    S3Slow,
}
