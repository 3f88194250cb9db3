using Devex.Contracts;
using Devex.Contracts.Api;
using Devex.Contracts.Gateway;
using Devex.Core.Repls;

namespace Devex.Core.Sessions;

/// <summary>What the rest of Core asks of sessions. All of it is idempotent and may be asked of any replica.</summary>
internal interface ISessions
{
    /// <summary>Wakes the reconciler after <see cref="ReplRecord.Desired"/> or <see cref="ReplRecord.DeletedAt"/> was written.</summary>
    Task WakeAsync(ReplRecord repl, CancellationToken cancellationToken);

    /// <summary>State and waterfall, from Redis; a REPL without a session is Stopped.</summary>
    Task<SessionView> GetAsync(UserId owner, ReplId id, CancellationToken cancellationToken);

    /// <summary>Views of many at once, in order.</summary>
    Task<IReadOnlyList<SessionView>> GetAsync(IReadOnlyList<(UserId Owner, ReplId Id)> repls, CancellationToken cancellationToken);

    /// <summary>Goes on from the last commit, without what is on a node that has been silent for long; why not, in words, or null when it does.</summary>
    Task<string?> LeaveBehindAsync(ReplRecord repl, CancellationToken cancellationToken);

    /// <summary>A ticket for one session; null when it does not run (the caller answers 409).</summary>
    Task<SessionTicket?> IssueTicketAsync(ReplRecord repl, UserSummary user, Role role, CancellationToken cancellationToken);

    /// <summary>Where <c>serve</c> listens; null when it does not run.</summary>
    Task<SessionLocation?> LocateAsync(ReplId id, CancellationToken cancellationToken);

    /// <summary>Why REPLs of a template cannot run here, for people; null when they can.</summary>
    string? Refuse(string template);

    /// <summary>Sees to it that sessions have a set of language servers, and tells how far that is.</summary>
    LanguageFetch FetchLanguage(string package) => new(LanguageFetchState.Failed, "This installation fetches none.");

    /// <summary>Where sessions run, as probed at start.</summary>
    RuntimeInfo Runtime { get; }
}

/// <summary>What is known of a REPL's session.</summary>
/// <param name="State">Where in its life it is.</param>
/// <param name="Progress">The start or stop under way, or the last start.</param>
/// <param name="Problem">For people; null when all is well.</param>
/// <param name="Saved">The newest snapshot that its record knows.</param>
/// <param name="EndsAt">When it has run for as long as it may; null without a limit, or when it does not run.</param>
/// <param name="Idle">When it ends because nobody uses it; null when it does not.</param>
/// <param name="Recorded">False where nothing is known: it never ran, or Redis was emptied, and a session that is wanted may be found in a moment.</param>
internal sealed record SessionView(
    ReplState State, SessionProgress? Progress, string? Problem, SavedState? Saved, DateTimeOffset? EndsAt = null, IdleState? Idle = null, bool Recorded = true);
