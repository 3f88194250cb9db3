using System.Collections.Concurrent;
using Devex.Contracts;

namespace Devex.Core.Snapshots;

/// <summary>
/// Roots that this replica put a moment ago: whoever commits on top of one needs not ask S3 which is the newest. S3 still decides, since number n+1 is put only if it is not there; and it is
/// there if anybody was faster, because thinning takes nothing away within an hour, which is long after an entry here has ended.
/// </summary>
internal sealed class RecentRoots(TimeProvider time)
{
    private const int Most = 5000;
    private const int LargestBytes = 16 * 1024;

    private static readonly TimeSpan Life = TimeSpan.FromMinutes(5);

    private readonly ConcurrentDictionary<(UserId, ReplId), (StoredRoot Root, long At)> _roots = new();

    public void Remember(UserId owner, StoredRoot root)
    {
        if (root.Bytes.Length > LargestBytes)
        {
            _roots.TryRemove((owner, root.Root.Repl), out _);
            return;
        }
        if (_roots.Count >= Most)
            _roots.Clear();
        _roots[(owner, root.Root.Repl)] = (root, time.GetTimestamp());
    }

    /// <summary>The root of that number, if it was put here within five minutes by both clocks: one of them stands still while a machine is suspended.</summary>
    public StoredRoot? Find(UserId owner, ReplId id, long number) =>
        _roots.TryGetValue((owner, id), out var recent) && recent.Root.Root.Number == number
        && time.GetElapsedTime(recent.At) < Life && (time.GetUtcNow() - recent.Root.At).Duration() < Life
            ? recent.Root
            : null;
}
