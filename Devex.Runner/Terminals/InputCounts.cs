using Devex.Contracts;

namespace Devex.Runner.Terminals;

/// <summary>
/// How much input of each page a terminal has taken, over any number of the page's connections: a page that comes back learns where to go on, so that no key is lost
/// with a connection and none is typed twice.
/// </summary>
internal sealed class InputCounts
{
    // Those that came last are kept.
    private const int Most = 1000;

    private readonly Lock _gate = new();
    private readonly OrderedDictionary<(UserId User, string Page), InputCount> _counts = new();

    /// <summary>That of one page of one person; nobody else's page can have it.</summary>
    /// <param name="user">The person.</param>
    /// <param name="page">The name that the page gave itself.</param>
    /// <param name="sent">Bytes that the page has sent: where its count is not known any more, all of them count as taken, for a key may rather be lost than be typed twice.</param>
    public InputCount Of(UserId user, string page, long sent)
    {
        lock (_gate)
        {
            if (!_counts.Remove((user, page), out var count)) count = new InputCount(sent);
            if (_counts.Count >= Most) _counts.RemoveAt(0);
            _counts.Add((user, page), count);
            return count;
        }
    }
}

/// <summary>Bytes of input taken from one page, and which of its connections they are taken from: the one that it made last.</summary>
internal sealed class InputCount(long taken)
{
    private readonly Lock _gate = new();
    private long _taken = taken;
    private object? _connection;
    private long _turn;

    /// <summary>
    /// From now on input is taken from this connection alone; what of earlier ones is still on its way is not. One that the page has given up may come behind the one that it made after it, and takes
    /// nothing from that.
    /// </summary>
    /// <param name="connection">The connection.</param>
    /// <param name="turn">How many the page had made before it; 0 where it does not say.</param>
    /// <returns>Bytes taken until now.</returns>
    public long Begin(object connection, long turn)
    {
        lock (_gate)
        {
            if (turn >= _turn)
                (_connection, _turn) = (connection, turn);
            return _taken;
        }
    }

    /// <summary>Hands input on, when it comes from the connection that it is taken from; completes when more may be sent.</summary>
    public Task TakeAsync(object connection, Terminal terminal, TerminalWatcher watcher, ReadOnlySpan<byte> input)
    {
        // Handed on within, so that the next connection goes on behind it.
        lock (_gate)
        {
            if (_connection != connection) return Task.CompletedTask;
            _taken += input.Length;
            return terminal.InputAsync(watcher, input);
        }
    }
}
