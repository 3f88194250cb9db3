using System.Runtime.InteropServices;
using Devex.Runner.Snapshots;
using Devex.Snapshots;

namespace Devex.Runner.Saving;

/// <summary><c>save --watch</c>, the saver, and <c>save --attempt ID</c>, one commit in an incarnation of its own.</summary>
internal static class SaveCommand
{
    private static readonly TimeSpan MarkerPoll = TimeSpan.FromMilliseconds(250);

    public static async Task<int> RunAsync(string[] args, CancellationToken cancellationToken)
    {
        var attempt = args is ["--attempt", { Length: >= 1 and <= 64 } id] ? id : null;
        if ((attempt is null && args is not ["--watch"]) || SessionEnvironment.Read() is not { } environment)
        {
            await Console.Error.WriteLineAsync("usage: save --watch | save --attempt ID");
            return ExitCode.BadUsage;
        }

        using var stopping = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
        try
        {
            using var session = new SaveSession(environment);
            var kept = attempt is null
                ? await WatchAsync(environment, session, stopping.Token)
                : await AttemptAsync(environment, session, attempt, stopping.Token);
            return kept ? ExitCode.Done : ExitCode.SomeNotKept;
        }
        catch (SupersededException e)
        {
            await Console.Error.WriteLineAsync(e.Message);
            return ExitCode.Superseded;
        }
        catch (Exception e) when (e is OutOfReachException or RefusedException or CondemnedException or OperationCanceledException or SnapshotFormatException or IOException or UnauthorizedAccessException)
        {
            await Console.Error.WriteLineAsync(e.Message);
            return ExitCode.OutOfReach;
        }

        void Stop(PosixSignalContext context)
        {
            context.Cancel = true;
            stopping.Cancel();
        }
    }

    private static async Task<bool> WatchAsync(SessionEnvironment environment, SaveSession session, CancellationToken stopping)
    {
        // Before the marker there is nothing of the user's; and to save half a restore would lose the other half.
        try
        {
            while (!IsRestored(environment))
                await Task.Delay(MarkerPoll, stopping);
        }
        catch (OperationCanceledException)
        {
            return true;
        }
        using var loop = new SaveLoop(session, new ServePresence(environment.Files, TimeProvider.System), TimeProvider.System);
        return await loop.RunAsync(stopping);
    }

    private static async Task<bool> AttemptAsync(SessionEnvironment environment, SaveSession session, string attempt, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(TimeSpan.FromMinutes(10));
        await using var progress = session.TellCore();
        if (!IsRestored(environment))
        {
            await session.ClaimUnrestoredAsync(attempt, limit.Token);
            return true;
        }
        var saver = await session.ClaimAsync(attempt, null, limit.Token);
        await saver.SaveAsync(SaveKind.Last, limit.Token);
        return saver.KeptAll;
    }

    private static bool IsRestored(SessionEnvironment environment) =>
        new ControlFolder(environment.Control).ReadMarker() is { } marker && marker.Repl == environment.Repl;
}
