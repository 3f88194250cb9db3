using System.Diagnostics;
using Devex.Contracts;
using Devex.Contracts.Control;
using Devex.Core.Sessions;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Devex.Core.Tests.Sessions;

/// <summary>What a session says it measured is believed as far as it goes.</summary>
public sealed class CollectedTelemetryTests : IDisposable
{
    private static readonly DateTimeOffset Now = new(2026, 1, 1, 12, 0, 0, TimeSpan.Zero);
    private const string Trace = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

    private readonly List<Activity> _exported = [];
    private readonly ActivityListener _listener;
    private readonly CollectedTelemetry _collected = new(new ConfigurationBuilder().Build(), new FakeTimeProvider(Now));
    private readonly SessionRecord _record = new()
    {
        Owner = UserId.Parse("local-ada"),
        Id = ReplId.Parse("abcdefghjkmn"),
        Session = Guid.NewGuid().ToString("n"),
        Phase = SessionPhase.Running,
        Trace = Trace,
        ReadyAt = Now,
    };

    public CollectedTelemetryTests()
    {
        _listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == CollectedTelemetry.SourceName,
            Sample = (ref _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = activity =>
            {
                lock (_exported)
                {
                    // Other tests' sessions measure too.
                    if (activity.GetTagItem("devex.session.id") as string == _record.Session)
                        _exported.Add(activity);
                }
            },
        };
        ActivitySource.AddActivityListener(_listener);
    }

    public void Dispose()
    {
        _listener.Dispose();
        _collected.Dispose();
    }

    [Fact]
    public void A_span_joins_the_start_with_its_own_times_and_is_marked()
    {
        Take(new MeasuredSpan("serve start", Now.AddSeconds(-2), 150));
        var span = Assert.Single(_exported);
        Assert.Equal("0af7651916cd43dd8448eb211c80319c", span.TraceId.ToHexString());
        Assert.Equal("b7ad6b7169203331", span.ParentSpanId.ToHexString());
        Assert.Equal((Now.AddSeconds(-2).UtcDateTime, TimeSpan.FromMilliseconds(150)), (span.StartTimeUtc, span.Duration));
        Assert.Equal(true, span.GetTagItem("devex.untrusted"));
        Assert.Equal("abcdefghjkmn", span.GetTagItem("devex.repl.id"));
    }

    [Fact]
    public void What_cannot_be_is_left_out()
    {
        Take(
            new("serve start", Now.AddHours(-3), 1), new("serve start", Now.AddHours(1), 1), new("serve start", Now, -1), new("serve start", Now, double.NaN),
            new("serve start", Now, double.PositiveInfinity), new("<script>", Now, 1), new(new string('a', 100), Now, 1), new("", Now, 1), new(null!, Now, 1), null!);
        Assert.Empty(_exported);
        _collected.Take(_record, new SessionMeasurements(null!, null!, 0));
        _collected.Take(_record, null);
    }

    [Fact]
    public void A_session_makes_up_no_names_of_operations()
    {
        Take(new("terminal prompt", Now, 1), new("post checkout", Now, 1), new("a", Now, 1), new("b", Now, 1));
        Assert.Equal(["terminal prompt", "session other", "session other", "session other"], _exported.Select(span => span.OperationName));
        Assert.Equal([null, "post checkout", "a", "b"], _exported.Select(span => span.GetTagItem("devex.span.name")));
        Assert.All(_exported, span => Assert.Equal(true, span.GetTagItem("devex.untrusted")));
    }

    [Fact]
    public void What_happens_long_after_the_start_is_no_part_of_it()
    {
        _collected.Take(_record with { ReadyAt = Now.AddMinutes(-30) }, new SessionMeasurements([new("terminal prompt", Now.AddMinutes(-1), 5)], new Dictionary<string, long>(), 0));
        Assert.NotEqual("0af7651916cd43dd8448eb211c80319c", Assert.Single(_exported).TraceId.ToHexString());
    }

    private void Take(params MeasuredSpan[] spans) =>
        _collected.Take(_record, new SessionMeasurements(spans, new Dictionary<string, long> { ["devex.terminal.bytes"] = -5, ["made.up"] = 1 }, 0));
}
