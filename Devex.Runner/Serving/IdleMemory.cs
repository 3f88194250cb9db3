namespace Devex.Runner.Serving;

/// <summary>
/// Has memory given back once nobody has asked for anything for two seconds: most sessions idle most of the time, and a machine holds many. A socket
/// counts as a request for as long as it is open.
/// </summary>
internal sealed class IdleMemory : IDisposable
{
    public static readonly TimeSpan Quiet = TimeSpan.FromSeconds(2);

    private readonly Lock _gate = new();
    private readonly ITimer _timer;
    private int _requests;

    public IdleMemory(TimeProvider time, Action giveBack) =>
        _timer = time.CreateTimer(_ => giveBack(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);

    /// <summary>A request came.</summary>
    public void Begin()
    {
        lock (_gate)
        {
            _requests++;
            _timer.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        }
    }

    /// <summary>A request was answered, or its socket closed.</summary>
    public void End()
    {
        lock (_gate)
        {
            if (--_requests == 0) _timer.Change(Quiet, Timeout.InfiniteTimeSpan);
        }
    }

    public void Dispose() => _timer.Dispose();
}
