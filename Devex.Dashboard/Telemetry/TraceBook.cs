namespace Devex.Dashboard.Telemetry;

/// <param name="Id">Trace id in hex.</param>
/// <param name="Name">Of the span that has no parent here, the earliest such.</param>
internal sealed record TraceSummary(string Id, string Name, DateTimeOffset Start, TimeSpan Duration, int Spans, bool Failed, IReadOnlyList<string> Resources);

/// <summary>Spans by trace; the trace that began first goes first. Not for several threads.</summary>
internal sealed class TraceBook
{
    public const int MaxTraces = 10_000;
    public const int MaxSpans = 2_000;
    private const long MaxSize = 96 * 1024 * 1024;

    private readonly Dictionary<string, Kept> _traces = new(StringComparer.Ordinal);
    private readonly Queue<string> _order = new();
    private long _size;

    public void Add(Span span)
    {
        if (!_traces.TryGetValue(span.TraceId, out var trace))
        {
            _traces[span.TraceId] = trace = new();
            _order.Enqueue(span.TraceId);
        }

        if (trace.Spans.Count >= MaxSpans)
        {
            return;
        }

        trace.Spans.Add(span);
        trace.Summary = null;
        trace.Size += span.Size;
        _size += span.Size;
        while (_order.Count > MaxTraces || (_size > MaxSize && _order.Count > 1))
        {
            _traces.Remove(_order.Dequeue(), out var oldest);
            _size -= oldest!.Size;
        }
    }

    public IEnumerable<TraceSummary> Summaries() => _traces.Select(trace => trace.Value.Summary ??= Summarise(trace.Key, trace.Value.Spans));

    public Span[] Spans(string id) => _traces.TryGetValue(id, out var trace) ? [.. trace.Spans] : [];

    private static TraceSummary Summarise(string id, List<Span> spans)
    {
        var ids = spans.Select(span => span.SpanId).ToHashSet(StringComparer.Ordinal);
        var root = spans.Where(span => !ids.Contains(span.ParentId)).MinBy(span => span.Start) ?? spans[0];
        var start = spans.Min(span => span.Start);
        return new(
            id, root.Name, start, spans.Max(span => span.End) - start, spans.Count, spans.Exists(span => span.Failed),
            [.. spans.OrderBy(span => span.Start).Select(span => span.Resource).Distinct()]);
    }

    private sealed class Kept
    {
        public List<Span> Spans { get; } = [];

        public TraceSummary? Summary { get; set; }

        public long Size { get; set; }
    }
}
