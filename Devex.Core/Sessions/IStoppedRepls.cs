using Devex.Contracts;

namespace Devex.Core.Sessions;

/// <summary>Does what may be done only while a REPL has no session.</summary>
internal interface IStoppedRepls
{
    /// <summary>
    /// Runs <paramref name="act"/> while no replica can begin a session of the REPL; what is asked for meanwhile begins afterwards. False, without running it, when
    /// there is a session or one is wanted.
    /// </summary>
    Task<bool> WhileStoppedAsync(UserId owner, ReplId id, Func<CancellationToken, Task> act, CancellationToken cancellationToken);
}
