using Devex.Contracts.Snapshots;
using Devex.Runner.Snapshots;

namespace Devex.Runner.Restoring;

/// <summary>Tells Core how far a restore is, at most four times a second.</summary>
internal sealed class RestoreProgress : IAsyncDisposable
{
    private readonly CoreClient _core;
    private readonly string _token;
    private readonly long _total;
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _loop;
    private long _done;

    public RestoreProgress(CoreClient core, string token, long total)
    {
        (_core, _token, _total) = (core, token, total);
        _loop = LoopAsync();
    }

    public void Add(long bytes) => Interlocked.Add(ref _done, bytes);

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _loop;
        _stop.Dispose();
    }

    private async Task LoopAsync()
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(250));
        try
        {
            for (var told = -1L; await timer.WaitForNextTickAsync(_stop.Token);)
            {
                var done = Math.Min(Interlocked.Read(ref _done), _total);
                if (done != told)
                    await _core.ProgressAsync(_token, new ProgressReport("restoring", told = done, _total), _stop.Token);
            }
        }
        catch (OperationCanceledException)
        {
        }
    }
}
