using Devex.Hosting.Dashboard;

namespace Devex.Dashboard.Consoles;

/// <summary>The newest 10,000 console lines of each resource.</summary>
internal sealed class ConsoleStore
{
    public const int MaxLines = 10_000;

    private readonly Lock _lock = new();
    private readonly Dictionary<string, Queue<ConsoleLine>> _lines = new(StringComparer.Ordinal);
    private long _version;

    /// <summary>Changes whenever a line is added.</summary>
    public long Version => Interlocked.Read(ref _version);

    public void Add(IReadOnlyList<ConsoleLine> lines)
    {
        lock (_lock)
        {
            foreach (var line in lines)
            {
                if (!_lines.TryGetValue(line.Resource, out var kept))
                {
                    _lines[line.Resource] = kept = new();
                }

                kept.Enqueue(line);
                if (kept.Count > MaxLines)
                {
                    kept.Dequeue();
                }
            }
        }

        Interlocked.Increment(ref _version);
    }

    /// <param name="resource">The resource; null is all of them together.</param>
    /// <param name="text">What a line must contain, in any case, escapes left out; empty takes all.</param>
    public IReadOnlyList<ConsoleLine> Lines(string? resource, string text = "")
    {
        ConsoleLine[] lines;
        lock (_lock)
        {
            lines = resource is null
                ? [.. _lines.Values.SelectMany(kept => kept).OrderBy(line => line.Number)]
                : _lines.TryGetValue(resource, out var kept) ? [.. kept] : [];
        }

        return text.Length == 0 ? lines : Array.FindAll(lines, line => Ansi.Plain(line.Text).Contains(text, StringComparison.OrdinalIgnoreCase));
    }
}
