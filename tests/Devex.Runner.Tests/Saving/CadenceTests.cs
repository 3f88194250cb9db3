using Devex.Runner.Saving;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Devex.Runner.Tests.Saving;

public sealed class CadenceTests : IDisposable
{
    private readonly FakeTimeProvider _time = new();
    private readonly Cadence _cadence;

    public CadenceTests() => _cadence = new Cadence(_time);

    [Fact]
    public void The_first_save_is_at_once_and_looks_at_everything()
    {
        Assert.Equal(TimeSpan.Zero, _cadence.Due());
        Assert.Equal(SaveKind.Everything, _cadence.Begin());
        Assert.Equal(Cadence.Everything, _cadence.Due());
    }

    [Fact]
    public void A_save_comes_when_it_was_quiet_for_half_a_second()
    {
        _cadence.Begin();
        _cadence.Changed();
        Advance(300);
        _cadence.Changed();
        Assert.Equal(500, _cadence.Due().TotalMilliseconds);
        Advance(500);
        Assert.Equal(TimeSpan.Zero, _cadence.Due());
        Assert.Equal(SaveKind.Changes, _cadence.Begin());
    }

    [Fact]
    public void Changes_without_a_pause_are_saved_every_five_seconds_and_everything_is_looked_at_every_ten()
    {
        var saves = new List<(double Second, SaveKind Kind)>();
        for (var milliseconds = 0; milliseconds <= 21_000; milliseconds += 100)
        {
            _cadence.Changed();
            if (_cadence.Due() == TimeSpan.Zero)
                saves.Add((milliseconds / 1000.0, _cadence.Begin()));
            Advance(100);
        }
        Assert.Equal(
            [(0, SaveKind.Everything), (5.1, SaveKind.Changes), (10, SaveKind.Everything), (15.1, SaveKind.Changes), (20, SaveKind.Everything)], saves);
    }

    [Fact]
    public async Task A_change_wakes_the_wait_and_the_quiet_after_it_ends_it()
    {
        _cadence.Begin();
        var wait = _cadence.WaitAsync(TestContext.Current.CancellationToken);
        _cadence.Changed();
        while (!wait.IsCompleted)
        {
            // The clock moves as often as the wait needs it to, in whatever order the threads come.
            Advance(100);
            await Task.Yield();
        }
        await wait;
    }

    public void Dispose() => _cadence.Dispose();

    private void Advance(int milliseconds) => _time.Advance(TimeSpan.FromMilliseconds(milliseconds));
}
