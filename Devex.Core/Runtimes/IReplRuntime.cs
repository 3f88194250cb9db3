using Devex.Contracts;
using Devex.Contracts.Api;
using Devex.Core.Templates;

namespace Devex.Core.Runtimes;

/// <summary>
/// Where sessions run. Every call is idempotent by the names in <see cref="SessionSpec"/>: what exists already is taken as it is, what runs is
/// joined, and what another replica began is carried on. No call decides anything; the reconciler does.
/// </summary>
internal interface IReplRuntime
{
    /// <summary>Kind and isolation, as probed at start.</summary>
    RuntimeInfo Info { get; }

    /// <summary>The stage of a start that begins once the session's place is made.</summary>
    string FirstStage => "restoring";

    /// <summary>Probes and gets ready; called once, before anything else.</summary>
    Task StartAsync(CancellationToken cancellationToken);

    /// <summary>Why this template cannot run here, in words; null when it can.</summary>
    string? Refuse(TemplateManifest template);

    /// <summary>Sees to it that sessions have a set of language servers; asked again it tells how far that is. Never waits.</summary>
    LanguageFetch FetchLanguage(string package) => new(LanguageFetchState.Failed, "The session image does not bring it.");

    /// <summary>Makes the session's place: folders, names, tokens. Called again it refreshes what may have moved (Core's address, tokens).</summary>
    Task PrepareAsync(SessionSpec session, CancellationToken cancellationToken);

    /// <summary>Runs <c>restore</c>, or joins a run of it, to its end. Cancelling leaves it running: <see cref="RemoveAsync"/> ends it.</summary>
    /// <param name="session">The session.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <param name="entered">Told of stages between <see cref="FirstStage"/> and the end, for people.</param>
    Task<RunOutcome> RestoreAsync(SessionSpec session, CancellationToken cancellationToken, Func<string, Task>? entered = null);

    /// <summary>Starts <c>serve</c> unless it runs; returns its address (<c>unix:/path</c> or <c>http://host:port</c>) as soon as it can be dialled.</summary>
    /// <exception cref="RuntimeException">It ended, or did not listen in time.</exception>
    Task<string> EnsureServeAsync(SessionSpec session, CancellationToken cancellationToken, Func<string, Task>? entered = null);

    /// <summary>Starts the saver unless it runs.</summary>
    Task EnsureSaverAsync(SessionSpec session, CancellationToken cancellationToken);

    /// <summary>Ends <c>serve</c> and with it the user's programs, without its consent; files stay.</summary>
    Task EndServeAsync(SessionSpec session, CancellationToken cancellationToken);

    /// <summary>Runs <c>save --attempt</c>, or joins the run of that attempt, to its end. Whether it saved is for the chain of roots to say.</summary>
    Task<RunOutcome> SaveAsync(SessionSpec session, string attempt, CancellationToken cancellationToken);

    /// <summary>Ends everything of the session, then removes its files. A later session of the same REPL is never touched.</summary>
    Task RemoveAsync(RuntimeSession session, CancellationToken cancellationToken);

    /// <summary>Ends everything of the session but keeps its files where an operator finds them; returns where, in words.</summary>
    Task<string> SetAsideAsync(RuntimeSession session, CancellationToken cancellationToken);

    /// <summary>Takes away what leads to a session on a silent node, and has it end by itself, saving, if that node comes back.</summary>
    Task LeaveBehindAsync(RuntimeSession session, CancellationToken cancellationToken) => throw new NotSupportedException("Nothing of this runtime is ever out of reach.");

    /// <summary>What is known of a session; what a watch tells may come a moment late (<see cref="LookAgainAsync"/>).</summary>
    Task<RuntimeObservation> ObserveAsync(RuntimeSession session, CancellationToken cancellationToken);

    /// <summary>The last lines of the <c>serve</c> before the one that runs, where the runtime itself started that; empty when nobody kept them.</summary>
    Task<string> LastWordsAsync(RuntimeSession session, CancellationToken cancellationToken) => Task.FromResult("");

    /// <summary>The session of a REPL of which anything exists; null when there is none.</summary>
    Task<RuntimeSession?> FindAsync(ReplId id, CancellationToken cancellationToken);

    /// <summary>Asks for what there is of a REPL where it is stored, for the two above to answer by: before anything is given up because nothing of it is known.</summary>
    Task LookAgainAsync(ReplId id, CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>All sessions of which anything exists, known to a record or not.</summary>
    Task<IReadOnlyList<RuntimeSession>> ListAsync(CancellationToken cancellationToken);

    /// <summary>Sessions of which something ended or changed since; the sweep finds what this misses.</summary>
    IAsyncEnumerable<RuntimeSession> WatchAsync(CancellationToken cancellationToken);
}

/// <summary>A runtime could not do what was asked; the message is for the REPL's owner.</summary>
internal sealed class RuntimeException(string message, Exception? inner = null) : Exception(message, inner);
