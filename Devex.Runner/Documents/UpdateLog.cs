namespace Devex.Runner.Documents;

/// <summary>The newest updates of a document: at most 1,000, at most 1 MB of them.</summary>
internal sealed class UpdateLog(long version)
{
    public const int MostUpdates = 1000;
    public const int MostBytes = 1_000_000;

    // Those before the first are forgotten, and leave the list together: no update moves all others.
    private readonly List<Update> _updates = [];
    private int _first;
    private int _bytes;

    /// <summary>The version that the oldest kept update was applied to.</summary>
    public long From { get; private set; } = version;

    /// <summary>The version after the newest.</summary>
    public long To => From + _updates.Count - _first;

    public void Add(Update update)
    {
        _updates.Add(update);
        _bytes += update.Json.Length;
        while (_updates.Count - _first > MostUpdates || (_bytes > MostBytes && _updates.Count > _first)) Forget();
        if (_first < MostUpdates) return;
        _updates.RemoveRange(0, _first);
        _first = 0;
    }

    /// <summary>Whether all updates from <paramref name="version"/> on are kept.</summary>
    public bool Covers(long version) => version >= From && version <= To;

    /// <summary>The updates from <paramref name="version"/> on, without a walk through those before.</summary>
    public IEnumerable<Update> Since(long version) => version == To ? [] : _updates.Skip(_first + (int)(version - From));

    private void Forget()
    {
        _bytes -= _updates[_first].Json.Length;
        _updates[_first++] = null!;
        From++;
    }
}
