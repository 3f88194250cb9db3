using System.Diagnostics.Metrics;
using Devex.Contracts.Api;

namespace Devex.Core.Collection;

/// <summary>Meter <c>Devex.Collection</c>.</summary>
internal sealed class CollectionMetrics
{
    public const string MeterName = "Devex.Collection";

    private readonly Counter<long> _thinned;
    private readonly Counter<long> _condemned;
    private readonly Counter<long> _pardoned;
    private readonly Counter<long> _deleted;
    private readonly Counter<long> _deletedBytes;
    private readonly Counter<long> _failures;
    private readonly Histogram<double> _duration;

    public CollectionMetrics(IMeterFactory meters)
    {
        var meter = meters.Create(MeterName);
        _thinned = meter.CreateCounter<long>("devex.collection.thinned", "{restore point}", "Restore points thinned out.");
        _condemned = meter.CreateCounter<long>("devex.collection.condemned", "{object}", "Packs and pages condemned.");
        _pardoned = meter.CreateCounter<long>("devex.collection.pardoned", "{object}", "Condemned packs and pages that were named again; more than a few show a fault.");
        _deleted = meter.CreateCounter<long>("devex.collection.deleted", "{object}", "Packs and pages deleted.");
        _deletedBytes = meter.CreateCounter<long>("devex.collection.deleted.size", "By", "Bytes of packs and pages deleted.");
        _failures = meter.CreateCounter<long>("devex.collection.failures", "{collection}", "Collections that failed; the next one does their work.");
        _duration = meter.CreateHistogram<double>("devex.collection.duration", "s", "How long one user's collection took.");
    }

    public void Thinned(int count) => _thinned.Add(count);

    public void Failed() => _failures.Add(1);

    public void Collected(CollectionReport report, TimeSpan took)
    {
        _condemned.Add(report.Condemned);
        _pardoned.Add(report.Pardoned);
        _deleted.Add(report.Deleted);
        _deletedBytes.Add(report.DeletedBytes);
        _duration.Record(took.TotalSeconds);
    }
}
