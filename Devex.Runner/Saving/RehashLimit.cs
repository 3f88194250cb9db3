using Devex.Snapshots;
using Devex.Snapshots.Entries;

namespace Devex.Runner.Saving;

/// <summary>Files over 64 MiB are hashed again at most every max(10 s, 20 times what the last hash took): a database that is written all day must not cost a core.</summary>
internal sealed class RehashLimit(TimeProvider time)
{
    private readonly Dictionary<SnapshotPath, (long At, TimeSpan Took)> _last = [];

    public bool MustWait(SnapshotPath path, long size)
    {
        if (size <= SnapshotFormat.ChunkedFileBytes || !_last.TryGetValue(path, out var last))
            return false;
        var pause = last.Took * 20 > TimeSpan.FromSeconds(10) ? last.Took * 20 : TimeSpan.FromSeconds(10);
        return time.GetElapsedTime(last.At) < pause;
    }

    public void Hashed(SnapshotPath path, long size, TimeSpan took)
    {
        if (size > SnapshotFormat.ChunkedFileBytes)
            _last[path] = (time.GetTimestamp(), took);
    }
}
