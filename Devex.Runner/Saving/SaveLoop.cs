using Devex.Runner.Snapshots;
using Devex.Snapshots;

namespace Devex.Runner.Saving;

/// <summary>
/// Saves while the session lives, in the times of <see cref="Cadence"/>. When it is to stop it waits until <c>serve</c> has brought everything to files and commits a last
/// time. Superseded by a save attempt of its own session it pauses, and claims again if that attempt fails; by anyone else its last state becomes a rescue, and it ends.
/// </summary>
internal sealed class SaveLoop(SaveSession session, ServePresence serve, TimeProvider time) : IDisposable
{
    private static readonly TimeSpan LastTry = TimeSpan.FromSeconds(100);

    private readonly Cadence _cadence = new(time);
    private Saver? _saver;

    /// <returns>Whether the last commit kept every file.</returns>
    public async Task<bool> RunAsync(CancellationToken stopping)
    {
        using var watch = new ChangeWatch(_cadence.Changed);
        try
        {
            for (; ; await _cadence.WaitAsync(stopping))
                await SaveAsync(_cadence.Begin(), watch, stopping);
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            using var limit = new CancellationTokenSource(LastTry, time);
            return await SaveLastAsync(watch, limit.Token);
        }
    }

    public void Dispose() => _cadence.Dispose();

    private async Task<bool> SaveLastAsync(ChangeWatch watch, CancellationToken cancellationToken)
    {
        try
        {
            await serve.WaitUntilGoneAsync(cancellationToken);
            while (!await SaveAsync(SaveKind.Last, watch, cancellationToken))
                await Task.Delay(Cadence.Quiet, time, cancellationToken);
            return _saver!.KeptAll;
        }
        catch (OperationCanceledException)
        {
            throw new OutOfReachException("Core or S3 did not answer in time for the last commit.");
        }
    }

    /// <returns>Whether the workspace's state is in S3. If not, something was refused, and the saver is made anew from what Core has.</returns>
    private async Task<bool> SaveAsync(SaveKind kind, ChangeWatch watch, CancellationToken cancellationToken)
    {
        try
        {
            _saver ??= await session.ContinueAsync(watch, cancellationToken);
            var committed = await _saver.SaveAsync(kind, cancellationToken);
            if (committed)
                await Console.Out.WriteLineAsync($"Saved as {_saver.Root.Number}: {_saver.Root.Files} files, {_saver.Root.Bytes} bytes.");
            if (committed || kind != SaveKind.Changes)
                session.Keep(_saver, everything: kind != SaveKind.Changes);
            return true;
        }
        catch (SupersededException e) when (e.By is { Attempt: not null, Session: { } by } && by == session.Session)
        {
            await Console.Error.WriteLineAsync("The session is being saved for good; waiting for what comes of it.");
            _saver = await session.ClaimAsync(null, watch, cancellationToken);
            _cadence.Changed();
            return false;
        }
        catch (SupersededException e)
        {
            await RescueAsync(e, cancellationToken);
            session.Report.Ended("Another session of this REPL has taken over.");
            throw;
        }
        catch (Exception e) when (e is RefusedException or CondemnedException or SnapshotFormatException or IOException)
        {
            await Console.Error.WriteLineAsync($"Not saved: {e.Message}");
            session.Report.Failed(e.Message);
            _saver = null;
            return false;
        }
    }

    private async Task RescueAsync(SupersededException superseded, CancellationToken cancellationToken)
    {
        // Another saver of the same session has the same files before it: nothing to rescue.
        if (superseded.By?.Session == session.Session)
            return;
        try
        {
            _saver ??= await session.RecallAsync(cancellationToken);
            if (_saver is not null && await _saver.SaveAsync(SaveKind.Rescue, cancellationToken))
                await Console.Out.WriteLineAsync($"Rescued what came after {_saver.Root.Number}.");
        }
        catch (Exception e) when (e is RefusedException or CondemnedException or SnapshotFormatException or IOException)
        {
            await Console.Error.WriteLineAsync($"Not rescued: {e.Message}");
        }
    }
}
