using Devex.Contracts;
using Devex.Contracts.Api;

namespace Devex.Core.Events;

/// <summary>Tells everyone who may see a REPL, on every replica, that it changed.</summary>
internal interface IReplEvents
{
    /// <summary>State, name or progress changed: each reader gets the whole REPL anew. Calls in quick succession are merged.</summary>
    Task ChangedAsync(UserId owner, ReplId id, CancellationToken cancellationToken);

    /// <summary>A snapshot was committed.</summary>
    Task SavedAsync(UserId owner, ReplId id, SavedState saved, CancellationToken cancellationToken);
}
