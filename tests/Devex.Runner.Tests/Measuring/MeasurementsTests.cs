using System.Text.Json;
using Devex.Contracts.Control;
using Devex.Runner.Measuring;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Devex.Runner.Tests.Measuring;

public sealed class MeasurementsTests
{
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));

    [Fact]
    public void What_was_measured_is_handed_over_once()
    {
        var measurements = new Measurements(_time);
        Assert.Null(measurements.Collect());
        var began = _time.GetUtcNow();
        _time.Advance(TimeSpan.FromMilliseconds(250));
        measurements.Done("terminal prompt", began);
        measurements.Count("devex.terminal.bytes", 3);
        measurements.Count("devex.terminal.bytes", 4);
        var collected = measurements.Collect()!;
        Assert.Equal(new MeasuredSpan("terminal prompt", began, 250), Assert.Single(collected.Spans));
        Assert.Equal(7, collected.Counts["devex.terminal.bytes"]);
        Assert.Null(measurements.Collect());
    }

    [Fact]
    public void What_only_grows_is_read_when_it_is_collected()
    {
        var (measurements, bytes) = (new Measurements(_time), 0L);
        measurements.Observe("devex.terminal.bytes", () => bytes);
        Assert.Null(measurements.Collect());
        bytes = 1_000;
        Assert.Equal(1_000, measurements.Collect()!.Counts["devex.terminal.bytes"]);
        Assert.Null(measurements.Collect());
        bytes = 1_024;
        Assert.Equal(24, measurements.Collect()!.Counts["devex.terminal.bytes"]);
    }

    [Fact]
    public void Unread_it_stays_within_its_size_and_the_oldest_goes()
    {
        var measurements = new Measurements(_time);
        for (var i = 0; i < 50_000; i++)
            measurements.Done(i == 0 ? "the first" : "a later one", _time.GetUtcNow());
        var (read, answers, dropped) = (0, 0, 0L);
        while (measurements.Collect() is { } piece)
        {
            Assert.DoesNotContain(piece.Spans, span => span.Name == "the first");
            Assert.True(JsonSerializer.SerializeToUtf8Bytes(piece.Spans, ControlJson.Default.Options).Length <= 2 * Measurements.MaxHandedOver);
            read += piece.Spans.Count;
            dropped += piece.Dropped;
            answers++;
        }
        Assert.Equal(50_000, read + dropped);
        Assert.InRange(read, 5_000, Measurements.MaxSize / 90);
        Assert.True(answers >= Measurements.MaxSize / Measurements.MaxHandedOver);
    }
}
