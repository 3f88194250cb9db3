using Devex.Contracts.Snapshots;
using Devex.Snapshots.Entries;

namespace Devex.Runner.Saving;

/// <summary>What the newest root does not hold as it is, by folder, so that a look at one folder renews what is known of that one.</summary>
internal sealed class StaleFiles
{
    private const int Most = 100;

    private readonly Dictionary<SnapshotPath, List<StaleFile>> _byFolder = [];

    public void Add(SnapshotPath folder, string path, string reason)
    {
        if (!_byFolder.TryGetValue(folder, out var files))
            _byFolder[folder] = files = [];
        files.Add(new StaleFile(path, reason));
    }

    public void Forget(SnapshotPath folder) => _byFolder.Remove(folder);

    /// <summary>Forgets everything below a folder that is gone.</summary>
    public void ForgetBelow(SnapshotPath folder)
    {
        if (_byFolder.Count == 0)
            return;
        foreach (var path in _byFolder.Keys.Where(path => path == folder || IndexCursor.IsBelow(path, folder.Bytes)).ToList())
            _byFolder.Remove(path);
    }

    public void Clear() => _byFolder.Clear();

    /// <summary>As the root names them: what was meant to be kept comes first.</summary>
    public List<StaleFile> ToList() =>
    [
        .. _byFolder.Values.SelectMany(files => files).DistinctBy(file => file.Path)
            .OrderBy(file => file.Reason == "special").ThenBy(file => file.Path, StringComparer.Ordinal).Take(Most),
    ];
}
