using Devex.Contracts;
using Devex.Contracts.Api;
using Devex.Core.Events;
using Xunit;

namespace Devex.Core.Tests.Events;

public sealed class EventReaderTests
{
    private static readonly UserId Ada = UserId.Local("ada");

    [Fact]
    public async Task However_much_happens_a_slow_reader_is_told_of_each_repl_once()
    {
        var reader = new EventReader(Ada);
        Assert.True(reader.Take().Resync);
        var (one, two) = (ReplId.New(), ReplId.New());
        for (var i = 0; i < 10_000; i++)
        {
            reader.Tell(new EventMessage(Ada, i % 2 == 0 ? one : two));
            reader.Tell(new EventMessage(Ada, one, new SavedState(i, DateTimeOffset.UnixEpoch, 0, 0, "", null, [])));
        }
        Assert.True(await reader.WaitAsync(TimeSpan.Zero, TimeProvider.System, CancellationToken.None));
        var pending = reader.Take();
        Assert.False(pending.Resync);
        Assert.Equal([one, two], pending.Changed.OrderBy(id => id == two));
        Assert.Equal(9_999, Assert.Single(pending.Saved).Value.Root);
        Assert.False(await reader.WaitAsync(TimeSpan.Zero, TimeProvider.System, CancellationToken.None));
    }
}
