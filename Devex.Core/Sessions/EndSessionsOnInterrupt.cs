using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;
using Devex.Contracts;
using Devex.Core.Runtimes;
using Devex.Core.Sessions.Store;
using Microsoft.Extensions.Options;

namespace Devex.Core.Sessions;

/// <summary>
/// SIGTERM ends Core and leaves sessions to the next one. SIGINT means that the whole stack ends, storage included: then every session is saved and
/// ended first, however long that takes. A second SIGINT gives up and says what is unsaved; that stays on disk for the next start.
/// </summary>
internal sealed partial class EndSessionsOnInterrupt(
    IReplRuntime runtime, IReplRecords repls, ISessionStore store, Reconciler reconciler, IOptions<HostOptions> host, TimeProvider time,
    ILogger<EndSessionsOnInterrupt> logger)
    : IHostedLifecycleService, IDisposable
{
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(50);

    // Nothing of a session waits for Core here, so whatever still goes on is cut off.
    private static readonly TimeSpan TerminationLimit = TimeSpan.FromSeconds(20);

    private readonly CancellationTokenSource _givenUp = new();
    private PosixSignalRegistration? _registration;
    private PosixSignalRegistration? _termination;
    private int _interrupts;

    public Task StartingAsync(CancellationToken cancellationToken)
    {
        _registration = PosixSignalRegistration.Create(PosixSignal.SIGINT, context =>
        {
            // The host's own handler begins the shutdown; the process must not end by the signal itself.
            context.Cancel = true;
            if (Interlocked.Increment(ref _interrupts) > 1)
                _givenUp.Cancel();
        });
        _termination = PosixSignalRegistration.Create(PosixSignal.SIGTERM, context =>
        {
            context.Cancel = true;
            host.Value.ShutdownTimeout = TerminationLimit;
        });
        return Task.CompletedTask;
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Runs before any service stops: the session listener and the reconciler are still there.</summary>
    public async Task StoppingAsync(CancellationToken cancellationToken)
    {
        if (Volatile.Read(ref _interrupts) > 0)
            await EndAllAsync();
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public void Dispose()
    {
        _registration?.Dispose();
        _termination?.Dispose();
        _givenUp.Dispose();
    }

    [SuppressMessage("Design", "CA1031", Justification = "Only a second SIGINT gives up.")]
    internal async Task EndAllAsync()
    {
        var asked = new HashSet<ReplId>();
        IReadOnlyList<RuntimeSession> sessions = [];
        var most = 0;
        string? trouble = null;
        while (!_givenUp.IsCancellationRequested)
        {
            try
            {
                sessions = await runtime.ListAsync(_givenUp.Token);
                if (sessions.Count > most)
                    LogEnding(most = sessions.Count);
                await AskAsync(sessions, asked);
                if (sessions.Count == 0 && await AreStoppedAsync(asked))
                {
                    if (asked.Count > 0)
                        LogEnded();
                    return;
                }
            }
            catch (OperationCanceledException) when (_givenUp.IsCancellationRequested)
            {
                break;
            }
            catch (Exception e)
            {
                // Whatever it is, it is no reason to leave what is unsaved.
                if (trouble != e.Message)
                    LogTroubled(e);
                trouble = e.Message;
            }
            await Task.Delay(Look, time, _givenUp.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
        foreach (var session in sessions)
        {
            var record = await store.FindAsync(session.Id, CancellationToken.None);
            LogUnsaved(session.Id.ToString(), record?.Saved?.At, record?.Problem);
        }
    }

    private async Task AskAsync(IReadOnlyList<RuntimeSession> sessions, HashSet<ReplId> asked)
    {
        foreach (var session in sessions.Where(session => !asked.Contains(session.Id)))
        {
            await repls.WantStoppedAsync(session.Owner, session.Id, _givenUp.Token);
            reconciler.Wake(session.Owner, session.Id);
            asked.Add(session.Id);
        }
    }

    /// <summary>A session's folder goes a moment before its record says so, and the next Core should not find it half stopped.</summary>
    private async Task<bool> AreStoppedAsync(IEnumerable<ReplId> ids) =>
        (await store.FindAsync([.. ids], _givenUp.Token)).All(record => record is not { Phase: not SessionPhase.Stopped });

    [LoggerMessage(LogLevel.Information, "Saving and ending {Count} sessions. Press Ctrl-C again to leave them as they are")]
    private partial void LogEnding(int count);

    [LoggerMessage(LogLevel.Warning, "Saving and ending sessions is tried again")]
    private partial void LogTroubled(Exception exception);

    [LoggerMessage(LogLevel.Information, "All sessions are saved")]
    private partial void LogEnded();

    [LoggerMessage(LogLevel.Warning, "{ReplId} is not saved since {SavedAt} and stays on disk: {Problem}")]
    private partial void LogUnsaved(string replId, DateTimeOffset? savedAt, string? problem);
}
