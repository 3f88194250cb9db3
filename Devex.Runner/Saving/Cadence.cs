using System.Threading.Channels;

namespace Devex.Runner.Saving;

/// <summary>
/// When to save: 500 ms after the last change, at most every 5 s while changes go on, and a look at everything each 10 s, whatever happens in between.
/// </summary>
internal sealed class Cadence(TimeProvider time)
{
    public static readonly TimeSpan Quiet = TimeSpan.FromMilliseconds(500);
    public static readonly TimeSpan Most = TimeSpan.FromSeconds(5);
    public static readonly TimeSpan Everything = TimeSpan.FromSeconds(10);

    private readonly Channel<bool> _changes = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private long? _looked;

    /// <summary>Something changed; from any thread.</summary>
    public void Changed() => _changes.Writer.TryWrite(true);

    /// <summary>A look at everything begins.</summary>
    public void Looked() => _looked = time.GetTimestamp();

    /// <summary>Waits until it is time, and says for what.</summary>
    public async Task<SaveKind> WaitAsync(CancellationToken stopping)
    {
        if (UntilEverything is { } left && left > TimeSpan.Zero && await ChangedWithinAsync(left, stopping))
        {
            var first = time.GetTimestamp();
            while (time.GetElapsedTime(first) < Most && await ChangedWithinAsync(Shorter(Quiet, Most - time.GetElapsedTime(first)), stopping))
            {
            }
        }
        return UntilEverything > TimeSpan.Zero ? SaveKind.Changes : SaveKind.Everything;
    }

    private TimeSpan? UntilEverything => _looked is { } at ? Everything - time.GetElapsedTime(at) : null;

    private static TimeSpan Shorter(TimeSpan one, TimeSpan other) => one < other ? one : other;

    private async Task<bool> ChangedWithinAsync(TimeSpan span, CancellationToken stopping)
    {
        if (span <= TimeSpan.Zero)
            return false;
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
