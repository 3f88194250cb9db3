using Devex.Contracts.Protocol;

namespace Devex.Runner.Files;

/// <summary>Gathers changes: what counts is whether a path was there before the first and is there after the last.</summary>
internal sealed class WatchedChanges
{
    /// <summary>Most paths told at once.</summary>
    public const int MaxPaths = 200;

    private readonly Dictionary<string, (bool Before, bool Now)> _changes = new(StringComparer.Ordinal);
    private bool _overflow;

    public void Note(string path, bool before, bool now)
    {
        if (_changes.TryGetValue(path, out var change))
            _changes[path] = (change.Before, now);
        else if (_changes.Count < MaxPaths)
            _changes.Add(path, (before, now));
        else
            _overflow = true;
    }

    public void Clear()
    {
        _changes.Clear();
        _overflow = false;
    }

    /// <summary>What to tell; null when there is nothing.</summary>
    public FilesChanged? Take(bool overflow)
    {
        var paths = new List<FileChange>(_changes.Count);
        foreach (var (path, change) in _changes)
        {
            if (change.Before || change.Now)
                paths.Add(new FileChange(path, Kind(change)));
        }
        var result = new FilesChanged(paths, overflow || _overflow);
        Clear();
        return paths.Count > 0 || result.Overflow ? result : null;
    }

    private static FileChangeKind Kind((bool Before, bool Now) change) => change switch
    {
        (true, true) => FileChangeKind.Changed,
        (false, true) => FileChangeKind.Created,
        _ => FileChangeKind.Deleted,
    };
}
