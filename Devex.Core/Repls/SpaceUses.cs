using System.Collections.Concurrent;
using Devex.Contracts;
using Devex.Core.Snapshots;

namespace Devex.Core.Repls;

/// <summary>
/// Counts what a user's REPLs hold. Commits ask several times a second, so an answer holds for ten seconds: sessions that grow at the same time may together go over by what they
/// save in that time.
/// </summary>
internal sealed class SpaceUses(ReplIndex index, SavedStates savedStates, ISnapshots snapshots, TimeProvider time) : ISpaceUse
{
    private const int MostOwners = 10_000;

    private static readonly TimeSpan Holds = TimeSpan.FromSeconds(10);

    private readonly ConcurrentDictionary<UserId, (long At, IReadOnlyDictionary<ReplId, SpaceUse> Uses)> _known = new();

    public async Task<SpaceUse> OthersAsync(UserId owner, ReplId but, CancellationToken cancellationToken)
    {
        if (!_known.TryGetValue(owner, out var known) || time.GetElapsedTime(known.At) > Holds)
        {
            if (_known.Count >= MostOwners)
                _known.Clear();
            _known[owner] = known = (time.GetTimestamp(), await CountAsync(owner, cancellationToken));
        }
        var others = known.Uses.Where(use => use.Key != but).Select(use => use.Value).ToList();
        return new SpaceUse(others.Sum(use => use.Bytes), others.Sum(use => use.Files));
    }

    private async Task<IReadOnlyDictionary<ReplId, SpaceUse>> CountAsync(UserId owner, CancellationToken cancellationToken)
    {
        var records = await index.FindAsync(await index.ListAsync(owner));
        var uses = new Dictionary<ReplId, SpaceUse>();
        foreach (var record in records.Where(record => record.Owner == owner && record.DeletedAt is null))
        {
            var saved = await savedStates.FindAsync(record.Id);
            if (saved is null && await snapshots.HeadAsync(owner, record.Id, cancellationToken) is { } head)
                await savedStates.RememberAsync(record.Id, saved = head.Saved);
            if (saved is not null)
                uses[record.Id] = new SpaceUse(saved.Bytes, saved.Files);
        }
        return uses;
    }
}
