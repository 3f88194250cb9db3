using System.Globalization;
using Devex.Dashboard.Telemetry;

namespace Devex.Dashboard.Metrics;

/// <param name="Name">For the legend.</param>
/// <param name="Points">Times and values, in the order of time.</param>
public sealed record ChartLine(string Name, IReadOnlyList<(DateTimeOffset At, double Value)> Points);

/// <summary>What is drawn of an instrument: gauges as they are, sums as change per second, histograms as percentiles.</summary>
internal static class Chart
{
    private const int MaxLines = 12;
    private static readonly double[] Percentiles = [0.5, 0.9, 0.99];

    public static IReadOnlyList<ChartLine> Lines(Instrument instrument) => instrument.Info.Shape switch
    {
        MetricShape.Histogram => PercentileLines(instrument),
        // What only grows says most by how fast it does; what goes up and down says itself.
        MetricShape.Sum when instrument.Series.All(Grows) => Each(instrument, Rates),
        _ => Each(instrument, series => [.. series.Points.Select(point => (point.At, point.Value))]),
    };

    public static string Unit(Instrument instrument) =>
        instrument.Info.Shape == MetricShape.Sum && instrument.Series.All(Grows) ? $"{instrument.Info.Unit}/s" : instrument.Info.Unit;

    /// <summary>The value below which that share of what was measured lies, within its bucket evenly spread.</summary>
    public static double Percentile(IReadOnlyList<long> buckets, IReadOnlyList<double> bounds, double share)
    {
        var wanted = share * buckets.Sum();
        double seen = 0;
        for (var i = 0; i < buckets.Count; i++)
        {
            if (buckets[i] > 0 && seen + buckets[i] >= wanted)
            {
                var low = i == 0 ? 0 : bounds[i - 1];
                return i < bounds.Count ? low + ((bounds[i] - low) * (wanted - seen) / buckets[i]) : low;
            }

            seen += buckets[i];
        }

        return 0;
    }

    private static bool Grows(Series series) => series.Points.Zip(series.Points.Skip(1)).All(pair => pair.Second.Value >= pair.First.Value);

    private static List<ChartLine> Each(Instrument instrument, Func<Series, IReadOnlyList<(DateTimeOffset, double)>> points) =>
        [.. instrument.Series.Where(series => series.Points.Count > 0).OrderByDescending(series => series.Points[^1].Value).Take(MaxLines).Select(series => new ChartLine(series.Name, points(series)))];

    private static IReadOnlyList<(DateTimeOffset, double)> Rates(Series series) => [.. series.Points.Zip(series.Points.Skip(1))
        .Where(pair => pair.Second.At > pair.First.At)
        .Select(pair => (pair.Second.At, (pair.Second.Value - pair.First.Value) / (pair.Second.At - pair.First.At).TotalSeconds))];

    private static List<ChartLine> PercentileLines(Instrument instrument)
    {
        var lines = Percentiles.Select(share => new ChartLine(string.Create(CultureInfo.InvariantCulture, $"p{share * 100:0}"), new List<(DateTimeOffset, double)>())).ToList();
        // Buckets count from the start; what lies between two points is what was measured then, over all attributes.
        var steps = instrument.Series.SelectMany(series => series.Points.Zip(series.Points.Skip(1)))
            .Where(pair => pair.Second.Count > pair.First.Count && pair.First.Buckets.Count == pair.Second.Buckets.Count && pair.Second.Bounds.Count > 0)
            .GroupBy(pair => pair.Second.At.ToUnixTimeSeconds()).OrderBy(same => same.Key);
        foreach (var step in steps)
        {
            var bounds = step.First().Second.Bounds;
            var counts = step.Where(pair => pair.Second.Buckets.Count == bounds.Count + 1)
                .Aggregate(new long[bounds.Count + 1], (sum, pair) => [.. sum.Select((count, i) => count + pair.Second.Buckets[i] - pair.First.Buckets[i])]);
            foreach (var (line, share) in lines.Zip(Percentiles))
            {
                ((List<(DateTimeOffset, double)>)line.Points).Add((DateTimeOffset.FromUnixTimeSeconds(step.Key), Percentile(counts, bounds, share)));
            }
        }

        return lines;
    }
}
