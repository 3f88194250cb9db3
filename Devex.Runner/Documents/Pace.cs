namespace Devex.Runner.Documents;

/// <summary>Lets something be done no more often than it should: at once after a pause, otherwise when it is time, of all that came meanwhile. Its user has the lock.</summary>
/// <param name="time">The clock.</param>
/// <param name="due">Called without a lock when it is time.</param>
internal sealed class Pace(TimeProvider time, Action due) : IDisposable
{
    // What timers can tell apart; so short a wait is none.
    private static readonly TimeSpan Shortest = TimeSpan.FromMilliseconds(1);

    private readonly ITimer _timer = time.CreateTimer(_ => due(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    private long _doneAt;

    /// <summary>Whether it is to be done when it is time.</summary>
    public bool Waits { get; private set; }

    /// <summary>Whether it is to be done now; if not, it is called for when it is time.</summary>
    /// <param name="every">How often it may be done.</param>
    public bool Ask(TimeSpan every)
    {
        var left = every - time.GetElapsedTime(_doneAt);
        if (every <= Shortest || left <= TimeSpan.Zero) return true;
        if (!Waits) _timer.Change(left, Timeout.InfiniteTimeSpan);
        Waits = true;
        return false;
    }

    /// <summary>It was done, on whatever occasion.</summary>
    public void Done() => (_doneAt, Waits) = (time.GetTimestamp(), false);

    public void Dispose() => _timer.Dispose();
}
