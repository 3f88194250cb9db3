using System.Diagnostics.Metrics;
using Devex.Contracts.Api;

namespace Devex.Core.Sessions;

/// <summary>Meter <c>Devex.Sessions</c>.</summary>
internal sealed class SessionMetrics
{
    public const string MeterName = "Devex.Sessions";

    /// <summary>The stage that stands for the whole start.</summary>
    public const string WholeStart = "all";

    private readonly Histogram<double> _start;
    private readonly Counter<long> _errors;

    public SessionMetrics(IMeterFactory meters)
    {
        var meter = meters.Create(MeterName);
        _start = meter.CreateHistogram<double>("devex.session.start.duration", "s", "How long each stage of a start took, by stage; 'all' is from the request to ready.");
        _errors = meter.CreateCounter<long>("devex.reconcile.errors", "{error}", "What went wrong while sessions were moved on, by kind; most is tried again.");
    }

    /// <summary>A start came to its end: somebody can work.</summary>
    public void Started(SessionProgress progress)
    {
        foreach (var stage in progress.Stages.SkipLast(1))
            _start.Record(((stage.EndedAt ?? stage.StartedAt) - stage.StartedAt).TotalSeconds, new KeyValuePair<string, object?>("stage", stage.Name));
        _start.Record((progress.Stages[^1].StartedAt - progress.StartedAt).TotalSeconds, new KeyValuePair<string, object?>("stage", WholeStart));
    }

    public void Failed(ReconcileError kind) =>
        _errors.Add(1, new KeyValuePair<string, object?>("kind", kind.ToString().ToLowerInvariant()));
}

/// <summary>Kinds of <c>devex.reconcile.errors</c>.</summary>
internal enum ReconcileError
{
    /// <summary>A start ended in words.</summary>
    Start,

    /// <summary>A stop's save came to no commit.</summary>
    Save,

    /// <summary><c>serve</c> did not answer.</summary>
    Silent,

    /// <summary>A step threw what nobody expected.</summary>
    Step,

    /// <summary>A replica lost its lease in the middle of a step.</summary>
    Lease,

    /// <summary>Records and runtime could not be compared.</summary>
    Sweep,
}
