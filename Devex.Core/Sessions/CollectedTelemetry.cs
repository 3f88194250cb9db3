using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Text.RegularExpressions;
using Devex.Contracts.Control;
using OpenTelemetry;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace Devex.Core.Sessions;

/// <summary>
/// Exports what <c>serve</c> measured, as from the service <c>runner</c>. Whoever owns the session can forge it: Core alone says which REPL and
/// which trace it belongs to, takes known names and believable times only, and marks it <c>devex.untrusted</c>.
/// </summary>
internal sealed partial class CollectedTelemetry : IDisposable
{
    /// <summary>Not of the sources that every service exports as its own.</summary>
    public const string SourceName = "runner.collected";

    private const int MaxSpans = 1_000;
    private const double LongestMilliseconds = 3_600_000;
    private const long MostAtOnce = 1L << 40;

    private const string OtherSpan = "session other";

    /// <summary>Those that this version's runner measures; what another version does has its name as a tag.</summary>
    private static readonly HashSet<string> Spans = ["serve start", "terminal prompt"];

    private static readonly TimeSpan Oldest = TimeSpan.FromHours(1);
    private static readonly TimeSpan ClockDifference = TimeSpan.FromMinutes(1);
    private static readonly ActivitySource Source = new(SourceName);
    private static readonly Meter Meter = new("Devex.Runner");
    private static readonly Dictionary<string, Counter<long>> Counters = new(StringComparer.Ordinal)
    {
        ["devex.terminal.bytes"] = Meter.CreateCounter<long>("devex.terminal.bytes", "By", "Output of terminals, as sessions tell."),
        ["devex.document.updates"] = Meter.CreateCounter<long>("devex.document.updates", "{update}", "Edits of documents that were acknowledged, as sessions tell."),
        ["devex.session.connects"] = Meter.CreateCounter<long>("devex.session.connects", "{connection}", "People who came in by a ticket, as sessions tell."),
        ["devex.session.reconnects"] = Meter.CreateCounter<long>("devex.session.reconnects", "{connection}", "Connections that came back, as sessions tell."),
    };

    private readonly TracerProvider? _provider;
    private readonly TimeProvider _time;

    public CollectedTelemetry(IConfiguration configuration, TimeProvider time)
    {
        _time = time;
        if (!string.IsNullOrWhiteSpace(configuration["OTEL_EXPORTER_OTLP_ENDPOINT"]))
        {
            _provider = Sdk.CreateTracerProviderBuilder()
                .SetResourceBuilder(ResourceBuilder.CreateEmpty().AddService("runner"))
                .AddSource(SourceName)
                .AddOtlpExporter()
                .Build();
        }
    }

    /// <param name="record">The session that was asked.</param>
    /// <param name="measured">What it answered.</param>
    public void Take(SessionRecord record, SessionMeasurements? measured)
    {
        if (measured is null)
            return;
        var now = _time.GetUtcNow();
        foreach (var span in (measured.Spans ?? []).Take(MaxSpans).Where(span => IsBelievable(span, now)))
            Export(record, span);
        foreach (var (name, count) in measured.Counts ?? new Dictionary<string, long>())
        {
            if (count is > 0 and <= MostAtOnce && Counters.TryGetValue(name, out var counter))
                counter.Add(count, new KeyValuePair<string, object?>("devex.untrusted", true));
        }
    }

    public void Dispose() => _provider?.Dispose();

    private static void Export(SessionRecord record, MeasuredSpan span)
    {
        // What happens until a person can type belongs to the start; later things are traces of their own.
        var parent = record.ReadyAt is { } ready && span.StartedAt > ready + ClockDifference || !ActivityContext.TryParse(record.Trace, null, isRemote: true, out var start)
            ? default
            : start;
        var before = Activity.Current;
        Activity.Current = null;
        // A session may not choose what operations an operator sees: each would be a line of its own in whatever counts by name.
        var known = Spans.Contains(span.Name);
        using (var activity = Source.StartActivity(known ? span.Name : OtherSpan, ActivityKind.Internal, parent, startTime: span.StartedAt))
        {
            activity?.SetTag("devex.untrusted", true);
            if (!known)
                activity?.SetTag("devex.span.name", span.Name);
            activity?.SetTag("devex.repl.id", record.Id.ToString());
            activity?.SetTag("devex.session.id", record.Session);
            activity?.SetEndTime(span.StartedAt.UtcDateTime.AddMilliseconds(span.Milliseconds));
        }

        Activity.Current = before;
    }

    private static bool IsBelievable(MeasuredSpan? span, DateTimeOffset now) => span is { Name: not null } && Name().IsMatch(span.Name)
        && span.Milliseconds is >= 0 and <= LongestMilliseconds && span.StartedAt > now - Oldest && span.StartedAt < now + ClockDifference;

    [GeneratedRegex("^[a-z][a-z .-]{0,63}$", RegexOptions.NonBacktracking)]
    private static partial Regex Name();
}
