using Devex.Contracts;
using Devex.Contracts.Api;

namespace Devex.Core.Sessions;

internal static class SavedStates
{
    /// <summary>The record with a newer save; null when it knows that one or a newer one. A REPL without a record gets a stopped one.</summary>
    public static SessionRecord? Newer(SessionRecord? current, UserId owner, ReplId id, SavedState saved) =>
        current?.Saved?.Root >= saved.Root ? null
        : (current ?? new SessionRecord { Owner = owner, Id = id, Session = "", Phase = SessionPhase.Stopped }) with { Saved = saved };
}
