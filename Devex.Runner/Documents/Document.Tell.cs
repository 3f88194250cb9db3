using Devex.Contracts.Protocol;

namespace Devex.Runner.Documents;

internal sealed partial class Document
{
    /// <summary>
    /// Frames a second that it may cost to tell what is typed, of all who have it open together: a third of a core. What each of N people types is N frames, so a full room would cost its square.
    /// Who typed is told at once, because that comes before their answer; the others as often as this allows, each time all that came meanwhile. Of up to fifty people nobody waits, of two hundred
    /// each 4 ms at most.
    /// </summary>
    public const int MostFrames = 50_000;

    // What timers can tell apart; so short a wait is none.
    private static readonly TimeSpan ShortestWait = TimeSpan.FromMilliseconds(1);

    // Bytes. Of what is long, the frame is not what costs.
    private const int LongestUntold = 64 << 10;

    private readonly List<Update> _untold = [];
    private readonly ITimer _tellTimer;
    private long _untoldLength;
    private long _toldAt;
    private bool _gathering;
    private (long From, long To, ReadOnlyMemory<byte> Bytes) _frame;

    /// <summary>Something was accepted, or said: everybody hears of it, now or with what comes next.</summary>
    private void Tell()
    {
        var wait = TimeSpan.FromSeconds((double)_editors.Count / MostFrames);
        var left = wait - _host.Time.GetElapsedTime(_toldAt);
        if (wait <= ShortestWait || left <= TimeSpan.Zero || _untoldLength > LongestUntold)
        {
            TellAll();
            return;
        }

        if (_gathering) return;
        _gathering = true;
        _tellTimer.Change(left, Timeout.InfiniteTimeSpan);
    }

    private void TellGathered()
    {
        lock (_gate)
        {
            if (_gathering && !_disposed) TellAll();
        }
    }

    private void TellAll()
    {
        (_toldAt, _gathering) = (_host.Time.GetTimestamp(), false);
        foreach (var editor in _editors.Values) TellUpdates(editor);
        _untold.Clear();
        (_untoldLength, _frame) = (0, default);

        // Where people are follows the text that it is said of.
        foreach (var (connection, editor) in _editors)
        {
            if (editor.Unsaid is not { } presence) continue;
            editor.Unsaid = null;
            var frame = Frame("documents.presence", presence, ProtocolJson.Default.DocumentPresence);
            foreach (var (other, present) in _editors)
            {
                if (other != connection) present.Send(frame);
            }
        }
    }

    /// <summary>All that this editor was not told, in one frame; most were told as much as the one before.</summary>
    private void TellUpdates(DocumentEditor editor)
    {
        if (editor.Told == _log.To) return;
        if (_frame.From != editor.Told || _frame.To != _log.To)
        {
            var updates = _untold[^(int)(_log.To - editor.Told)..].ConvertAll(update => update.ToWire());
            _frame = (editor.Told, _log.To, Frame("documents.updates", new DocumentUpdates(Id, editor.Told, updates), ProtocolJson.Default.DocumentUpdates));
        }

        editor.Send(_frame.Bytes);
        editor.Told = _log.To;
    }
}
