namespace Devex.Runner.Sessions;

/// <summary>A token bucket: 200 requests a second sustained, 400 at once.</summary>
internal sealed class RequestRate(TimeProvider time)
{
    public const int PerSecond = 200;
    public const int Burst = 400;

    private double _tokens = Burst;
    private long _last = time.GetTimestamp();

    /// <summary>Takes one; false when there is none. For one thread.</summary>
    public bool TryTake()
    {
        var now = time.GetTimestamp();
        _tokens = Math.Min(Burst, _tokens + (time.GetElapsedTime(_last, now).TotalSeconds * PerSecond));
        _last = now;
        if (_tokens < 1)
            return false;
        _tokens--;
        return true;
    }
}
