using System.Diagnostics.Metrics;

namespace Devex.Core.Snapshots;

/// <summary>Meter <c>Devex.Snapshots</c>: what saves cost, as Core itself sees them.</summary>
internal sealed class SnapshotMetrics
{
    public const string MeterName = "Devex.Snapshots";

    private readonly Histogram<double> _duration;
    private readonly Histogram<long> _bytes;

    public SnapshotMetrics(IMeterFactory meters)
    {
        var meter = meters.Create(MeterName);
        _duration = meter.CreateHistogram<double>(
            "devex.snapshot.save.duration", "s", "By kind: 'stop', from a stop's first look at its save to the commit; 'commit', from a writer's request for a commit to the root in S3.");
        _bytes = meter.CreateHistogram<long>("devex.snapshot.save.bytes", "By", "Packs that a commit brought, as they are stored.");
    }

    public void Stopped(TimeSpan took) => _duration.Record(took.TotalSeconds, new KeyValuePair<string, object?>("kind", "stop"));

    public void Committed(TimeSpan took, long bytes)
    {
        _duration.Record(took.TotalSeconds, new KeyValuePair<string, object?>("kind", "commit"));
        _bytes.Record(bytes);
    }
}
