namespace Devex.Runner.Saving;

/// <summary>
/// When to save: 500 ms after the last change, at most every 5 s while changes go on, and a look at everything each 10 s, whatever happens in between.
/// </summary>
internal sealed class Cadence(TimeProvider time) : IDisposable
{
    public static readonly TimeSpan Quiet = TimeSpan.FromMilliseconds(500);
    public static readonly TimeSpan Most = TimeSpan.FromSeconds(5);
    public static readonly TimeSpan Everything = TimeSpan.FromSeconds(10);

    private readonly Lock _gate = new();
    private readonly SemaphoreSlim _signal = new(0);
    private (long First, long Last)? _changes;
    private long? _looked;

    /// <summary>Something changed; from any thread.</summary>
    public void Changed()
    {
        lock (_gate)
        {
            var now = time.GetTimestamp();
            // Only the first of a run of changes wakes anybody: constant writing costs nothing here.
            if (_changes is null)
                _signal.Release();
            _changes = (_changes?.First ?? now, now);
        }
    }

    /// <summary>How long until the next save, if nothing more changes; zero when it is time.</summary>
    public TimeSpan Due()
    {
        lock (_gate)
        {
            var due = _looked is { } looked ? Everything - time.GetElapsedTime(looked) : TimeSpan.Zero;
            if (_changes is { } changes)
            {
                due = Shorter(due, Most - time.GetElapsedTime(changes.First));
                due = Shorter(due, Quiet - time.GetElapsedTime(changes.Last));
            }
            return due > TimeSpan.Zero ? due : TimeSpan.Zero;
        }
    }

    /// <summary>A save begins: what changes from now on is for the next one.</summary>
    public SaveKind Begin()
    {
        lock (_gate)
        {
            _changes = null;
            if (_looked is { } looked && time.GetElapsedTime(looked) < Everything)
                return SaveKind.Changes;
            _looked = time.GetTimestamp();
            return SaveKind.Everything;
        }
    }

    /// <summary>Waits until it is time.</summary>
    public async Task WaitAsync(CancellationToken stopping)
    {
        while (Due() is var due && due > TimeSpan.Zero)
        {
            bool running;
            lock (_gate)
                running = _changes is not null;
            // While changes run only time matters; without one the first wakes.
            if (running)
                await Task.Delay(due, time, stopping);
            else
                await SignalAsync(due, stopping);
        }
    }

    public void Dispose() => _signal.Dispose();

    private async Task SignalAsync(TimeSpan due, CancellationToken stopping)
    {
        using var end = new CancellationTokenSource(due, time);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(stopping, end.Token);
        try
        {
            await _signal.WaitAsync(limit.Token);
        }
        catch (OperationCanceledException) when (!stopping.IsCancellationRequested)
        {
        }
    }

    private static TimeSpan Shorter(TimeSpan one, TimeSpan other) => one < other ? one : other;
}
