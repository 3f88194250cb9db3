namespace Devex.Dashboard.Telemetry;

/// <summary>
/// What services told, kept over their crashes and restarts, in bounded memory: the newest 10,000 logs (64 MB), 10,000 traces (96 MB, 2,000
/// spans each) and 50,000 points of metrics.
/// </summary>
internal sealed class TelemetryStore
{
    public const int MaxLogs = 10_000;
    private const long MaxLogSize = 64 * 1024 * 1024;

    private readonly Lock _lock = new();
    private readonly BoundedRing<LogRecord> _logs = new(MaxLogs, MaxLogSize, log => log.Size);
    private readonly TraceBook _traces = new();
    private readonly MetricBook _metrics = new();
    private readonly HashSet<string> _senders = new(StringComparer.Ordinal);
    private long _version;
    private long _lastLog;
    private long _errors;

    /// <summary>Changes whenever anything does.</summary>
    public long Version => Interlocked.Read(ref _version);

    /// <summary>Changes whenever an error is logged.</summary>
    public long ErrorVersion => Interlocked.Read(ref _errors);

    /// <summary>Names of those that ever sent something.</summary>
    public IReadOnlyList<string> Senders => Locked(() => _senders.Order(StringComparer.Ordinal).ToArray());

    public void Add(LogRecord log) => Change(log.Resource, () =>
    {
        _logs.Add(log with { Number = ++_lastLog });
        _errors += log.Level >= LogLevel.Error ? 1 : 0;
    });

    public void Add(Span span) => Change(span.Resource, () => _traces.Add(span));

    public void Add(InstrumentId instrument, InstrumentInfo info, IReadOnlyList<Fact> attributes, MetricPoint point) =>
        Change(instrument.Resource, () => _metrics.Add(instrument, info, attributes, point));

    /// <summary>Logs, oldest first.</summary>
    public IReadOnlyList<LogRecord> Logs(Func<LogRecord, bool> filter) => Locked(() => _logs.Items.Where(filter).ToArray());

    /// <summary>How many logs of a resource are errors.</summary>
    public IReadOnlyDictionary<string, int> Errors() => Locked(() => _logs.Items.Where(log => log.Level >= LogLevel.Error)
        .GroupBy(log => log.Resource).ToDictionary(same => same.Key, same => same.Count()));

    /// <summary>Traces, newest first.</summary>
    public IReadOnlyList<TraceSummary> Traces() => Locked(() => _traces.Summaries().OrderByDescending(trace => trace.Start).ToArray());

    /// <summary>The spans of a trace; empty when it is not kept.</summary>
    public IReadOnlyList<Span> Trace(string id) => Locked(() => _traces.Spans(id));

    public IReadOnlyList<InstrumentId> Instruments() => Locked(() => _metrics.Instruments());

    /// <summary>What was measured by an instrument since then, one series for each set of attributes.</summary>
    public Instrument? Instrument(InstrumentId id, DateTimeOffset since) => Locked(() => _metrics.Read(id, since));

    private void Change(string? sender, Action act)
    {
        lock (_lock)
        {
            if (sender is not null && _senders.Count < 1_000)
            {
                _senders.Add(sender);
            }

            act();
            Interlocked.Increment(ref _version);
        }
    }

    private T Locked<T>(Func<T> read)
    {
        lock (_lock)
        {
            return read();
        }
    }
}
