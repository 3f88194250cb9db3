using Devex.Runner.Serving;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Devex.Runner.Tests.Serving;

public class IdleMemoryTests
{
    private readonly FakeTimeProvider _time = new();
    private int _given;

    [Fact]
    public void Memory_is_given_back_once_after_two_seconds_without_a_request()
    {
        using var memory = new IdleMemory(_time, () => _given++);
        memory.Begin();
        memory.End();
        _time.Advance(IdleMemory.Quiet - TimeSpan.FromMilliseconds(1));
        Assert.Equal(0, _given);
        _time.Advance(TimeSpan.FromMilliseconds(1));
        Assert.Equal(1, _given);
        _time.Advance(TimeSpan.FromHours(1));
        Assert.Equal(1, _given);
    }

    [Fact]
    public void Nothing_is_given_back_while_a_socket_is_open()
    {
        using var memory = new IdleMemory(_time, () => _given++);
        memory.Begin();
        memory.Begin();
        memory.End();
        _time.Advance(TimeSpan.FromHours(1));
        Assert.Equal(0, _given);
        memory.End();
        _time.Advance(IdleMemory.Quiet);
        Assert.Equal(1, _given);
    }

    [Fact]
    public void A_request_within_the_two_seconds_begins_them_anew()
    {
        using var memory = new IdleMemory(_time, () => _given++);
        memory.Begin();
        memory.End();
        _time.Advance(IdleMemory.Quiet / 2);
        memory.Begin();
        memory.End();
        _time.Advance(IdleMemory.Quiet / 2);
        Assert.Equal(0, _given);
        _time.Advance(IdleMemory.Quiet / 2);
        Assert.Equal(1, _given);
    }

    [Fact]
    public void A_process_that_gave_its_memory_back_goes_on()
    {
        var kept = Enumerable.Range(0, 10_000).Select(number => number.ToString(System.Globalization.CultureInfo.InvariantCulture)).ToArray();
        ProcessMemory.GiveBack();
        Assert.Equal("9999", kept[^1]);
        Assert.Equal(kept.Length, kept.Distinct().Count());
    }
}
