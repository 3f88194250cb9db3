using Devex.Contracts;
using Devex.Contracts.Snapshots;
using Devex.Core.Snapshots;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Devex.Core.Tests.Snapshots;

public sealed class RecentRootsTests
{
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 1, 1, 12, 0, 0, TimeSpan.Zero));

    [Fact]
    public void A_root_is_known_for_five_minutes_by_its_number_and_owner()
    {
        var (roots, id, ada) = (new RecentRoots(_time), ReplId.New(), UserId.Local("ada"));
        roots.Remember(ada, Root(id, 7, 100));
        Assert.Equal(7, roots.Find(ada, id, 7)?.Root.Number);
        Assert.Null(roots.Find(ada, id, 6));
        Assert.Null(roots.Find(ada, id, 8));
        Assert.Null(roots.Find(UserId.Local("grace"), id, 7));
        _time.Advance(TimeSpan.FromMinutes(5));
        Assert.Null(roots.Find(ada, id, 7));
    }

    [Fact]
    public void A_clock_that_went_on_alone_ends_it_and_a_large_root_takes_the_place_of_none()
    {
        var (roots, id, ada) = (new RecentRoots(_time), ReplId.New(), UserId.Local("ada"));
        roots.Remember(ada, Root(id, 7, 100) with { At = _time.GetUtcNow() - TimeSpan.FromHours(2) });
        Assert.Null(roots.Find(ada, id, 7));
        roots.Remember(ada, Root(id, 7, 100));
        roots.Remember(ada, Root(id, 8, 100_000));
        Assert.Null(roots.Find(ada, id, 7));
        Assert.Null(roots.Find(ada, id, 8));
    }

    private StoredRoot Root(ReplId id, long number, int bytes) => new(new SnapshotRoot { Repl = id, Number = number, Commit = "c", Pages = [], Packs = [] }, new byte[bytes], _time.GetUtcNow());
}
