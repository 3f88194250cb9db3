using Devex.Contracts;
using Devex.Contracts.Api;

namespace Devex.Core.Events;

/// <summary>What replicas tell each other by Redis pub/sub.</summary>
/// <param name="Owner">The REPL's owner.</param>
/// <param name="Id">The REPL that changed.</param>
/// <param name="Saved">The snapshot that was committed; null for any other change.</param>
internal sealed record EventMessage(UserId Owner, ReplId Id, SavedState? Saved = null);
