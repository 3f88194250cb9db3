using Devex.Dashboard.Consoles;
using Devex.Dashboard.Telemetry;
using Devex.Hosting.Dashboard;
using Microsoft.Extensions.Logging;

namespace Devex.Dashboard.Tests.Telemetry;

/// <summary>Memory is bounded whatever is sent; the newest stays.</summary>
public sealed class LimitsTests
{
    private static readonly DateTimeOffset Start = DateTimeOffset.UnixEpoch;

    [Fact]
    public void The_newest_ten_thousand_logs_stay()
    {
        var store = new TelemetryStore();
        for (var i = 0; i < TelemetryStore.MaxLogs + 5; i++)
        {
            store.Add(new LogRecord("core", "Category", Start, LogLevel.Information, $"{i}", "", "", []));
        }

        var logs = store.Logs(_ => true);
        Assert.Equal(TelemetryStore.MaxLogs, logs.Count);
        Assert.Equal(("5", "10004"), (logs[0].Message, logs[^1].Message));
    }

    [Fact]
    public void Large_logs_are_limited_by_what_they_weigh()
    {
        var store = new TelemetryStore();
        for (var i = 0; i < 4_000; i++)
        {
            store.Add(new LogRecord("core", "Category", Start, LogLevel.Information, new string('x', 16_000), "", "", []));
        }

        Assert.InRange(store.Logs(_ => true).Sum(log => log.Size), 1, 64 * 1024 * 1024);
    }

    [Fact]
    public void The_newest_traces_stay_and_one_trace_has_no_more_than_its_share()
    {
        var store = new TelemetryStore();
        for (var i = 0; i < TraceBook.MaxTraces + 3; i++)
        {
            store.Add(Span($"{i:x32}", "1"));
        }

        Assert.Equal(TraceBook.MaxTraces, store.Traces().Count);
        Assert.Empty(store.Trace($"{0:x32}"));
        for (var i = 0; i < TraceBook.MaxSpans + 10; i++)
        {
            store.Add(Span("long", $"{i}"));
        }

        Assert.Equal(TraceBook.MaxSpans, store.Trace("long").Count);
    }

    [Fact]
    public void The_oldest_of_all_points_go_first()
    {
        var store = new TelemetryStore();
        var (quiet, loud) = (new InstrumentId("core", "meter", "quiet"), new InstrumentId("core", "meter", "loud"));
        var info = new InstrumentInfo(MetricShape.Gauge, "", "");
        store.Add(quiet, info, [], new(Start, 1, 0, [], []));
        for (var i = 0; i < MetricBook.MaxPoints; i++)
        {
            store.Add(loud, info, [], new(Start.AddSeconds(i), i, 0, [], []));
        }

        Assert.Empty(store.Instrument(quiet, Start)!.Series.Single().Points);
        Assert.Equal(MetricBook.MaxPoints, store.Instrument(loud, Start)!.Series.Single().Points.Count);
    }

    [Fact]
    public void A_loud_console_takes_no_line_from_a_quiet_one()
    {
        var consoles = new ConsoleStore();
        consoles.Add([new ConsoleLine(1, "quiet", "quiet", Start, "still here", false)]);
        consoles.Add([.. Enumerable.Range(2, ConsoleStore.MaxLines + 50).Select(i => new ConsoleLine(i, "loud", "loud", Start, $"\e[31mline\e[0m {i}", false))]);
        Assert.Equal("still here", Assert.Single(consoles.Lines("quiet")).Text);
        Assert.Equal(ConsoleStore.MaxLines, consoles.Lines("loud").Count);
        Assert.Equal(ConsoleStore.MaxLines + 1, consoles.Lines(null).Count);
        // Escapes are not in the way of a search.
        Assert.Equal(10_051, Assert.Single(consoles.Lines(null, "LINE 10051")).Number);
    }

    private static Span Span(string trace, string id) => new(trace, id, "", "core", "", "name", "", Start, TimeSpan.Zero, false, "", [], []);
}
