namespace Devex.Core.Runtimes;

/// <summary>What a runtime sees of one session now.</summary>
/// <param name="Exists">Files of this session are there.</param>
/// <param name="Restored">The restore marker is there: files may have changed since, and must be saved before anything is removed.</param>
/// <param name="Serving"><c>serve</c> runs.</param>
/// <param name="Saving">The saver runs.</param>
/// <param name="Problem">The last words of what ended and should not have; null when all is well.</param>
internal sealed record RuntimeObservation(bool Exists, bool Restored, bool Serving, bool Saving, string? Problem = null)
{
    public static readonly RuntimeObservation None = new(false, false, false, false);

    /// <summary>Something of the session that was restored is on its way out, and saves a last time by itself.</summary>
    public bool Leaving { get; init; }

    /// <summary>Since when the machine that holds the session has not answered; null when it does.</summary>
    public DateTimeOffset? SilentSince { get; init; }

    /// <summary>Where <c>serve</c> is dialled now, where that may change while it runs; null elsewhere.</summary>
    public string? Address { get; init; }

    /// <summary>How the <c>serve</c> before the one that runs ended, in words; null when it was the first, or nobody knows.</summary>
    public string? LastEnd { get; init; }

    /// <summary>Part of the session's place was taken away; making the place again repairs it.</summary>
    public bool Incomplete { get; init; }

    /// <summary>Whether there may be files that are saved nowhere else.</summary>
    public bool MayDiffer => Restored || Leaving;
}
