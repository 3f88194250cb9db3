using System.Threading.Channels;
using Devex.Runner.Snapshots;
using Devex.Snapshots;

namespace Devex.Runner.Saving;

/// <summary>
/// Saves while the session lives: 500 ms after the last change, at most every 5 s while changes go on, and looks at everything each 10 s. When it is to stop it
/// commits a last time.
/// </summary>
internal sealed class SaveLoop(SaveSession session, TimeProvider time)
{
    private static readonly TimeSpan Quiet = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan Most = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan FullWalk = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan LastTry = TimeSpan.FromSeconds(100);

    private readonly Channel<bool> _changes = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    /// <returns>Whether the last commit kept every file.</returns>
    public async Task<bool> RunAsync(CancellationToken stopping)
    {
        using var watch = new ChangeWatch(() => _changes.Writer.TryWrite(true));
        Saver? saver = null;
        try
        {
            for (; ; await WaitAsync(watch, stopping))
            {
                var current = saver;
                saver = await TryAsync(() => SaveAsync(current, always: false, watch, stopping));
            }
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            using var limit = new CancellationTokenSource(LastTry, time);
            return await SaveLastAsync(saver, watch, limit.Token);
        }
    }

    private async Task<bool> SaveLastAsync(Saver? saver, ChangeWatch watch, CancellationToken cancellationToken)
    {
        try
        {
            while (true)
            {
                var current = saver;
                saver = await TryAsync(() => SaveAsync(current, always: true, watch, cancellationToken));
                if (saver is not null)
                    return saver.KeptAll;
                await Task.Delay(Quiet, time, cancellationToken);
            }
        }
        catch (OperationCanceledException)
        {
            throw new OutOfReachException("Core or S3 did not answer in time for the last commit.");
        }
    }

    private async Task<Saver> SaveAsync(Saver? saver, bool always, ChangeWatch watch, CancellationToken cancellationToken)
    {
        saver ??= await session.ContinueAsync(watch.Add, cancellationToken);
        if (await saver.SaveAsync(always, cancellationToken))
            await Console.Out.WriteLineAsync($"Saved as {saver.Root.Number}: {saver.Root.Files} files, {saver.Root.Bytes} bytes.");
        return saver;
    }

    /// <summary>The saver to go on with; null when it is to be made anew from what Core has, because something was refused.</summary>
    private static async Task<Saver?> TryAsync(Func<Task<Saver>> save)
    {
        try
        {
            return await save();
        }
        catch (Exception e) when (e is RefusedException or SnapshotFormatException or IOException)
        {
            await Console.Error.WriteLineAsync($"Not saved: {e.Message}");
            return null;
        }
    }

    private async Task WaitAsync(ChangeWatch watch, CancellationToken stopping)
    {
        if (!await ChangedWithinAsync(FullWalk, stopping))
        {
            watch.Renew();
            return;
        }
        var first = time.GetTimestamp();
        while (time.GetElapsedTime(first) < Most && await ChangedWithinAsync(Quiet, stopping))
        {
        }
    }

    private async Task<bool> ChangedWithinAsync(TimeSpan span, CancellationToken stopping)
    {
        using var end = new CancellationTokenSource(span, time);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(stopping, end.Token);
        try
        {
            await _changes.Reader.ReadAsync(limit.Token);
            return true;
        }
        catch (OperationCanceledException) when (!stopping.IsCancellationRequested)
        {
            return false;
        }
    }
}
