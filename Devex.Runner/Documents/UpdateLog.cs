namespace Devex.Runner.Documents;

/// <summary>The newest updates of a document: at most 1,000, at most 1 MB of them.</summary>
internal sealed class UpdateLog(long version)
{
    public const int MostUpdates = 1000;
    public const int MostBytes = 1_000_000;

    private readonly Queue<Update> _updates = new();
    private int _bytes;

    /// <summary>The version that the oldest kept update was applied to.</summary>
    public long From { get; private set; } = version;

    /// <summary>The version after the newest.</summary>
    public long To => From + _updates.Count;

    public void Add(Update update)
    {
        _updates.Enqueue(update);
        _bytes += update.Json.Length;
        while (_updates.Count > MostUpdates || (_bytes > MostBytes && _updates.Count > 0))
        {
            _bytes -= _updates.Dequeue().Json.Length;
            From++;
        }
    }

    /// <summary>Whether all updates from <paramref name="version"/> on are kept.</summary>
    public bool Covers(long version) => version >= From && version <= To;

    /// <summary>The updates from <paramref name="version"/> on: of one that is up to date, none, without a walk through the log.</summary>
    public IEnumerable<Update> Since(long version) => version == To ? [] : _updates.Skip((int)(version - From));
}
