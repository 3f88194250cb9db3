namespace Devex.Dashboard.Telemetry;

internal sealed record Series(string Name, IReadOnlyList<MetricPoint> Points);

internal sealed record Instrument(InstrumentId Id, InstrumentInfo Info, IReadOnlyList<Series> Series);

/// <summary>Points by instrument and attributes; over all series the oldest point goes first. Not for several threads.</summary>
internal sealed class MetricBook
{
    public const int MaxPoints = 50_000;
    private const int MaxSeries = 2_000;

    private readonly Dictionary<InstrumentId, Kept> _instruments = [];
    private readonly Queue<Queue<MetricPoint>> _order = new();
    private int _series;

    public void Add(InstrumentId id, InstrumentInfo info, IReadOnlyList<Fact> attributes, MetricPoint point)
    {
        if (!_instruments.TryGetValue(id, out var kept))
        {
            if (_series >= MaxSeries)
            {
                return;
            }

            _instruments[id] = kept = new(info);
        }

        var name = string.Join(", ", attributes.OrderBy(fact => fact.Name, StringComparer.Ordinal).Select(fact => $"{fact.Name}={fact.Value}"));
        if (!kept.Series.TryGetValue(name, out var points))
        {
            if (++_series > MaxSeries)
            {
                _series--;
                return;
            }

            kept.Series[name] = points = new();
        }

        points.Enqueue(point);
        _order.Enqueue(points);
        if (_order.Count > MaxPoints)
        {
            _order.Dequeue().Dequeue();
        }
    }

    public InstrumentId[] Instruments() => [.. _instruments.Keys.OrderBy(id => id.Resource, StringComparer.Ordinal)
        .ThenBy(id => id.Meter, StringComparer.Ordinal).ThenBy(id => id.Name, StringComparer.Ordinal)];

    public Instrument? Read(InstrumentId id, DateTimeOffset since) => _instruments.TryGetValue(id, out var kept)
        ? new(id, kept.Info, [.. kept.Series.Select(series => new Series(series.Key, [.. series.Value.Where(point => point.At >= since)]))])
        : null;

    private sealed record Kept(InstrumentInfo Info)
    {
        public Dictionary<string, Queue<MetricPoint>> Series { get; } = new(StringComparer.Ordinal);
    }
}
