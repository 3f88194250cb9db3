using Devex.Contracts;
using Devex.Core.Repls;
using Devex.Core.Runtimes;
using Devex.Core.Sessions.Store;

namespace Devex.Core.Sessions;

/// <summary>Holds the lease under which the reconciler would begin a session.</summary>
internal sealed class StoppedRepls(ISessionLeases leases, ISessionStore store, IReplRuntime runtime, IReplRecords repls, ISessions sessions, TimeProvider time)
    : IStoppedRepls
{
    private const int Tries = 30;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    public async Task<bool> WhileStoppedAsync(UserId owner, ReplId id, Func<CancellationToken, Task> act, CancellationToken cancellationToken)
    {
        if (!await RestsAsync(owner, id, cancellationToken) || await TakeAsync(id, cancellationToken) is not { } lease)
            return false;
        try
        {
            await using (lease)
            {
                // Looked at again: under the lease it stays so.
                if (!await RestsAsync(owner, id, cancellationToken))
                    return false;
                using var held = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, lease.Lost);
                await act(held.Token);
                return true;
            }
        }
        finally
        {
            // Whoever wanted to start it meanwhile found the lease taken.
            if (await repls.FindAsync(owner, id, CancellationToken.None) is { } repl)
                await sessions.WakeAsync(repl, CancellationToken.None);
        }
    }

    private async Task<bool> RestsAsync(UserId owner, ReplId id, CancellationToken cancellationToken)
    {
        if (await repls.FindAsync(owner, id, cancellationToken) is not { Desired: DesiredState.Stopped } || await store.FindAsync(id, cancellationToken) is { Phase: not SessionPhase.Stopped })
            return false;
        await runtime.LookAgainAsync(id, cancellationToken);
        return await runtime.FindAsync(id, cancellationToken) is null;
    }

    /// <summary>A reconciler that has just ended a session, or was woken for nothing, gives the lease back in a moment.</summary>
    private async Task<ISessionLease?> TakeAsync(ReplId id, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            if (await leases.TakeAsync(id, cancellationToken) is { } lease)
                return lease;
            if (attempt == Tries)
                return null;
            await Task.Delay(Pause, time, cancellationToken);
        }
    }
}
