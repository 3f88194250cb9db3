using Devex.Contracts;

namespace Devex.Core.Sessions.Store;

/// <summary>Session records, shared by all replicas.</summary>
internal interface ISessionStore
{
    Task<SessionRecord?> FindAsync(ReplId id, CancellationToken cancellationToken);

    /// <summary>Many at once, in order.</summary>
    Task<IReadOnlyList<SessionRecord?>> FindAsync(IReadOnlyList<ReplId> ids, CancellationToken cancellationToken);

    /// <summary>Writes <paramref name="next"/> only if the version before it is what is stored (0: nothing). False when it is not.</summary>
    Task<bool> TryWriteAsync(SessionRecord next, CancellationToken cancellationToken);

    Task DeleteAsync(ReplId id, CancellationToken cancellationToken);

    /// <summary>REPLs whose session is in any phase but stopped.</summary>
    Task<IReadOnlyList<(UserId Owner, ReplId Id)>> ActiveAsync(CancellationToken cancellationToken);
}

internal static class SessionStoreExtensions
{
    /// <summary>Applies a change to the newest record, again when another writer was faster. A change that returns null writes nothing.</summary>
    /// <returns>What is stored afterwards.</returns>
    public static async Task<SessionRecord?> UpdateAsync(
        this ISessionStore store, ReplId id, Func<SessionRecord?, SessionRecord?> change, CancellationToken cancellationToken)
    {
        while (true)
        {
            var current = await store.FindAsync(id, cancellationToken);
            if (change(current) is not { } next)
                return current;
            next = next with { Version = (current?.Version ?? 0) + 1 };
            if (await store.TryWriteAsync(next, cancellationToken))
                return next;
        }
    }
}
