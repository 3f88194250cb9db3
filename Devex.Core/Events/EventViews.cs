using Devex.Contracts;
using Devex.Contracts.Api;
using Devex.Core.Repls;

namespace Devex.Core.Events;

/// <summary>What a reader is shown.</summary>
internal interface IEventViews
{
    /// <summary>All REPLs of the reader.</summary>
    Task<IReadOnlyList<Repl>> AllAsync(UserId reader, CancellationToken cancellationToken);

    /// <summary>One REPL; null when it is gone, or not the reader's to see.</summary>
    Task<Repl?> OneAsync(UserId reader, ReplId id, CancellationToken cancellationToken);
}

internal sealed class EventViews(ReplStore store, ReplRecords records, ReplViews views) : IEventViews
{
    public async Task<IReadOnlyList<Repl>> AllAsync(UserId reader, CancellationToken cancellationToken) =>
        await views.ViewAsync(await store.ListAsync(reader, cancellationToken), reader, cancellationToken);

    public async Task<Repl?> OneAsync(UserId reader, ReplId id, CancellationToken cancellationToken) =>
        await records.FindAsync(id, cancellationToken) is { DeletedAt: null } record && ReplStore.RoleOf(reader, record) is not null
            ? await views.ViewAsync(record, reader, cancellationToken)
            : null;
}
