using Devex.Hosting.Dashboard;

namespace Devex.Hosting.Console;

/// <summary>
/// The last lines of every resource, kept over its crashes and restarts for whoever looks later. Memory is bounded: 10,000
/// lines per resource, 8,192 characters per line.
/// </summary>
internal sealed class ConsoleLog(TimeProvider time)
{
    public const int MaxLines = 10_000;
    public const int MaxLength = 8_192;

    private readonly Lock _lock = new();
    private readonly Dictionary<string, Queue<ConsoleLine>> _lines = new(StringComparer.Ordinal);
    private long _last;

    /// <summary>Called after a line was added, on the thread that read it: must return at once.</summary>
    public event Action? Added;

    public void Add(string resource, string source, string text, bool fromHost)
    {
        lock (_lock)
        {
            if (!_lines.TryGetValue(resource, out var lines))
            {
                _lines[resource] = lines = new();
            }

            lines.Enqueue(new(++_last, resource, source, time.GetUtcNow(), text.Length > MaxLength ? text[..MaxLength] + "…" : text, fromHost));
            if (lines.Count > MaxLines)
            {
                lines.Dequeue();
            }
        }

        Added?.Invoke();
    }

    /// <summary>Lines after the one of that number that are still kept, oldest first.</summary>
    public IReadOnlyList<ConsoleLine> After(long number)
    {
        lock (_lock)
        {
            return _last == number ? [] : [.. _lines.Values.SelectMany(lines => lines.Where(line => line.Number > number)).OrderBy(line => line.Number)];
        }
    }
}

/// <summary>The console of one resource, of which everything is kept too.</summary>
internal sealed class KeptConsole(IAppConsole inner, ConsoleLog log, string resource) : IAppConsole
{
    public void Names(IEnumerable<string> names) => inner.Names(names);

    public void Line(string name, string line)
    {
        log.Add(resource, name, line, fromHost: false);
        inner.Line(name, line);
    }

    public void Say(string name, string text)
    {
        log.Add(resource, name, text, fromHost: true);
        inner.Say(name, text);
    }

    public void Warn(string name, string text)
    {
        log.Add(resource, name, text, fromHost: true);
        inner.Warn(name, text);
    }

    public void Say(string text) => inner.Say(text);
}
