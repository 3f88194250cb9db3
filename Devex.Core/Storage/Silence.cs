namespace Devex.Core.Storage;

/// <summary>
/// Whether a server answers anybody. When three requests in a row were not answered, one goes out every so often, and the first answer to any lets all through again: not the one
/// request of a circuit breaker for which all others wait, since that may be a large upload, and S3 be back long before it has ended.
/// </summary>
internal sealed class Silence(TimeSpan between, TimeProvider time)
{
    private const int Enough = 3;
    private readonly long _between = (long)(between.TotalSeconds * time.TimestampFrequency);
    private int _unanswered;
    private long _askAt;

    /// <param name="first">Whether nobody was answered for a while, and this one finds out.</param>
    public bool MayAsk(out bool first)
    {
        first = Volatile.Read(ref _unanswered) >= Enough;
        if (!first)
            return true;
        var (now, at) = (time.GetTimestamp(), Volatile.Read(ref _askAt));
        return now >= at && Interlocked.CompareExchange(ref _askAt, now + _between, at) == at;
    }

    public void Answered() => Volatile.Write(ref _unanswered, 0);

    public void Unanswered()
    {
        if (Interlocked.Increment(ref _unanswered) == Enough)
            Volatile.Write(ref _askAt, time.GetTimestamp() + _between);
    }
}
