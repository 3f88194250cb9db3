using Devex.Contracts.Control;

namespace Devex.Runner.Measuring;

/// <summary>
/// Spans and counts until Core collects them with its status, for <c>serve</c> calls nobody: at most 1 MiB, the oldest dropped, and handed
/// over in pieces that fit an answer.
/// </summary>
internal sealed class Measurements(TimeProvider time)
{
    public const int MaxSize = 1 << 20;
    public const int MaxHandedOver = 64 << 10;

    /// <summary>What one span is besides its name, in JSON.</summary>
    private const int Around = 90;

    private readonly Lock _gate = new();
    private readonly Queue<MeasuredSpan> _spans = new();
    private readonly Dictionary<string, long> _counts = new(StringComparer.Ordinal);
    private readonly List<Total> _totals = [];
    private int _size;
    private long _dropped;

    /// <summary>Notes that something which began then has just been done.</summary>
    public void Done(string name, DateTimeOffset startedAt)
    {
        lock (_gate)
        {
            _spans.Enqueue(new(name, startedAt, (time.GetUtcNow() - startedAt).TotalMilliseconds));
            _size += SizeOf(name);
            while (_size > MaxSize)
            {
                _size -= SizeOf(_spans.Dequeue().Name);
                _dropped++;
            }
        }
    }

    public void Count(string name, long by)
    {
        lock (_gate)
            _counts[name] = _counts.GetValueOrDefault(name) + by;
    }

    /// <summary>Has what only grows read whenever Core collects; what it grew by is counted. For what happens too often to be counted each time.</summary>
    public void Observe(string name, Func<long> total)
    {
        lock (_gate)
            _totals.Add(new Total(name, total));
    }

    /// <summary>Hands over the oldest, which are not kept.</summary>
    /// <returns>Null when nothing was measured.</returns>
    public SessionMeasurements? Collect()
    {
        lock (_gate)
        {
            foreach (var total in _totals.Where(total => total.HasGrown))
                _counts[total.Name] = _counts.GetValueOrDefault(total.Name) + total.Grow();

            if (_spans.Count == 0 && _counts.Count == 0 && _dropped == 0)
                return null;
            var spans = new List<MeasuredSpan>();
            for (var size = 0; _spans.TryPeek(out var next) && size + SizeOf(next.Name) <= MaxHandedOver; size += SizeOf(next.Name))
            {
                spans.Add(_spans.Dequeue());
                _size -= SizeOf(next.Name);
            }

            var counts = new Dictionary<string, long>(_counts);
            var dropped = _dropped;
            _counts.Clear();
            _dropped = 0;
            return new(spans, counts, dropped);
        }
    }

    private static int SizeOf(string name) => Around + name.Length;

    private sealed class Total(string name, Func<long> read)
    {
        private long _collected;

        public string Name => name;

        public bool HasGrown => read() > _collected;

        /// <summary>By how much, since the last time.</summary>
        public long Grow()
        {
            var before = _collected;
            _collected = read();
            return _collected - before;
        }
    }
}
