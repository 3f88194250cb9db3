using Devex.Contracts.Snapshots;

namespace Devex.Runner.Snapshots;

/// <summary>Tells Core how far a stage of a start or stop is, and whether it waits, at most four times a second.</summary>
internal sealed class StageProgress : IRetries, IAsyncDisposable
{
    private static readonly TimeSpan Often = TimeSpan.FromMilliseconds(250);

    private readonly CoreClient _core;
    private readonly string _stage;
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _loop;
    private long _done;
    private long _total;
    private volatile bool _waits;

    /// <param name="core">Who is told.</param>
    /// <param name="stage"><c>restoring</c> or <c>saving</c>.</param>
    public StageProgress(CoreClient core, string stage)
    {
        (_core, _stage) = (core, stage);
        _loop = LoopAsync();
    }

    /// <summary>Bytes in all, once that is known.</summary>
    public long Total
    {
        set => Interlocked.Exchange(ref _total, value);
    }

    public void Add(long bytes) => Interlocked.Add(ref _done, bytes);

    public void Failed(string why) => _waits = true;

    public void Succeeded() => _waits = false;

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _loop;
        _stop.Dispose();
    }

    private async Task LoopAsync()
    {
        using var timer = new PeriodicTimer(Often);
        try
        {
            for (ProgressReport? told = null; await timer.WaitForNextTickAsync(_stop.Token);)
            {
                var total = Interlocked.Read(ref _total);
                var now = new ProgressReport(_stage, Math.Min(Interlocked.Read(ref _done), total), total, _waits);
                if (now != told)
                    await _core.ProgressAsync(told = now, _stop.Token);
            }
        }
        catch (OperationCanceledException)
        {
        }
    }
}
