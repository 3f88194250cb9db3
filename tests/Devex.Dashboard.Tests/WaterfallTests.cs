using Devex.Dashboard.Metrics;
using Devex.Dashboard.Telemetry;
using Devex.Dashboard.Traces;

namespace Devex.Dashboard.Tests;

public sealed class WaterfallTests
{
    private static readonly DateTimeOffset Start = DateTimeOffset.UnixEpoch;

    [Fact]
    public void Children_stand_below_their_parent_where_they_happened()
    {
        var rows = Waterfall.Of([Span("c", "b", 50, 25), Span("b", "a", 25, 50), Span("a", "", 0, 100), Span("d", "a", 10, 10), Span("orphan", "gone", 5, 1)]);
        Assert.Equal(["a 0", "d 1", "b 1", "c 2", "orphan 0"], rows.Select(row => $"{row.Span.SpanId} {row.Depth}"));
        Assert.Equal((50, 25), (rows[3].Left, rows[3].Width));
    }

    [Fact]
    public void A_circle_ends()
    {
        Assert.Equal(["a", "x"], Waterfall.Of([Span("a", "", 0, 1), Span("x", "a", 0, 1), Span("p", "q", 0, 1), Span("q", "p", 0, 1)]).Select(row => row.Span.SpanId));
        Assert.Empty(Waterfall.Of([]));
    }

    [Fact]
    public void A_percentile_lies_within_its_bucket()
    {
        Assert.Equal(15, Chart.Percentile([0, 100, 0], [10, 20], 0.5));
        Assert.Equal(20, Chart.Percentile([0, 0, 5], [10, 20], 0.99));
        Assert.Equal(0, Chart.Percentile([], [], 0.5));
    }

    [Fact]
    public void What_only_grows_is_drawn_as_a_rate()
    {
        var id = new InstrumentId("core", "meter", "requests");
        MetricPoint Point(int second, double value) => new(Start.AddSeconds(second), value, 0, [], []);
        var sum = new Instrument(id, new(MetricShape.Sum, "", "By"), [new("", [Point(0, 0), Point(2, 10), Point(3, 10)])]);
        Assert.Equal([5, 0], Chart.Lines(sum).Single().Points.Select(point => point.Value));
        Assert.Equal("By/s", Chart.Unit(sum));
        var level = new Instrument(id, new(MetricShape.Sum, "", "By"), [new("", [Point(0, 3), Point(1, 1)])]);
        Assert.Equal([3, 1], Chart.Lines(level).Single().Points.Select(point => point.Value));
    }

    private static Span Span(string id, string parent, int start, int length) =>
        new("t", id, parent, "core", "", id, "", Start.AddMilliseconds(start), TimeSpan.FromMilliseconds(length), false, "", [], []);
}
