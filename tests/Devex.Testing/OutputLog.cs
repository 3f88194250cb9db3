using System.Text.RegularExpressions;

namespace Devex.Testing;

/// <summary>The lines of a program, with waiters that see each line exactly once and in order.</summary>
internal sealed class OutputLog
{
    private const int Streams = 2;

    private readonly Lock _gate = new();
    private readonly List<string> _lines = [];
    private TaskCompletionSource _more = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _ended;

    public IReadOnlyList<string> Lines
    {
        get
        {
            lock (_gate) return [.. _lines];
        }
    }

    /// <summary>Adds a line; null is the end of standard output or of standard error.</summary>
    public void Add(string? line)
    {
        TaskCompletionSource wake;
        lock (_gate)
        {
            if (line is null) _ended++;
            else _lines.Add(line);
            wake = _more;
            _more = new(TaskCreationOptions.RunContinuationsAsynchronously);
        }

        wake.SetResult();
    }

    /// <exception cref="EndOfStreamException">Both streams ended and no line matched.</exception>
    public async Task<Match> FirstMatchAsync(Regex pattern, CancellationToken cancellationToken)
    {
        for (var next = 0; ;)
        {
            Task more;
            string[] unseen;
            bool ended;
            lock (_gate)
            {
                unseen = [.. _lines.Skip(next)];
                ended = _ended == Streams;
                more = _more.Task;
            }

            foreach (var line in unseen)
            {
                if (pattern.Match(line) is { Success: true } match) return match;
            }

            if (ended) throw new EndOfStreamException("The program's output ended.");
            next += unseen.Length;
            await more.WaitAsync(cancellationToken);
        }
    }
}
