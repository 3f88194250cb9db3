using Microsoft.AspNetCore.Components;

namespace Devex.Dashboard.Layout;

/// <summary>
/// A page over something that changes at any rate: it looks four times a second whether it did and only then draws, so that a flood of
/// changes leaves the circuit free for clicks.
/// </summary>
public abstract class LiveComponent : ComponentBase, IDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(250);
    private readonly CancellationTokenSource _gone = new();
    private long _drawn = -1;

    [Inject] internal TimeProvider Time { get; set; } = null!;

    /// <summary>Changes whenever what is shown may have changed.</summary>
    protected abstract long Version { get; }

    /// <summary>Reads what is shown.</summary>
    protected virtual void Read()
    {
    }

    protected override void OnInitialized() => ReadNow();

    protected override void OnAfterRender(bool firstRender)
    {
        if (firstRender)
        {
            _ = WatchAsync();
        }
    }

    /// <summary>Reads at once, since a choice of the reader's changed what is shown.</summary>
    protected void ReadNow()
    {
        _drawn = Version;
        Read();
    }

    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    protected virtual void Dispose(bool disposing)
    {
        if (disposing)
        {
            _gone.Cancel();
            _gone.Dispose();
        }
    }

    private async Task WatchAsync()
    {
        using var timer = new PeriodicTimer(Interval, Time);
        try
        {
            while (await timer.WaitForNextTickAsync(_gone.Token))
            {
                if (Version != _drawn)
                {
                    await InvokeAsync(() =>
                    {
                        ReadNow();
                        StateHasChanged();
                    });
                }
            }
        }
        catch (OperationCanceledException)
        {
            // The page is gone.
        }
        catch (ObjectDisposedException)
        {
            // The page went meanwhile.
        }
    }
}
