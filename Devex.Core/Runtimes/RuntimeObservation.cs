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
}
