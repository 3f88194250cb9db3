using Devex.Contracts.Protocol;

namespace Devex.Runner.Documents;

internal sealed partial class Document
{
    /// <summary>
    /// Frames a second that it may cost to tell what is typed, of all who have it open together: a fifteenth of a core. What each of N people types is N frames, so a full room would cost its square.
    /// Who typed is told at once, because that comes before their answer; the others as often as this allows, each time all that came meanwhile. Of up to ten people nobody waits, of fifty
    /// each 5 ms at most, of two hundred 20 ms.
    /// </summary>
    public const int MostFrames = 10_000;

    /// <summary>The same of where people are, which may be later: of five people nobody waits, of fifty each 10 ms at most, of two hundred 40 ms.</summary>
    public const int MostPresenceFrames = 5_000;

    // Bytes. Of what is long, the frame is not what costs.
    private const int LongestUntold = 64 << 10;

    private readonly Pace _telling;
    private readonly Pace _presenting;
    private readonly List<Update> _untold = [];
    private readonly Dictionary<int, PresentPerson> _moved = [];
    private long _untoldLength;
    private (long From, long To, ReadOnlyMemory<byte> Bytes) _frame;

    /// <summary>Something was accepted: everybody hears of it, now or with what comes next.</summary>
    private void Tell()
    {
        if (_untoldLength > LongestUntold || _telling.Ask(Every(MostFrames))) TellAll();
    }

    private void TellAll()
    {
        if (_untold.Count == 0) return;
        _telling.Done();
        foreach (var editor in _editors.Values) TellUpdates(editor);
        _untold.Clear();
        (_untoldLength, _frame) = (0, default);
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

    /// <summary>Somebody is elsewhere, or nowhere any more: the others hear of it, now or with what comes next, and of the last place alone.</summary>
    private void Present(PresentPerson person)
    {
        _moved[person.Person.Connection] = person;
        if (_presenting.Ask(Every(MostPresenceFrames))) PresentAll();
    }

    private void PresentAll()
    {
        _presenting.Done();
        // Where people are follows the text that it is said of.
        TellAll();
        var frame = PresenceFrame([.. _moved.Values]);
        foreach (var (connection, editor) in _editors)
        {
            if (_moved.Count > 1 || !_moved.ContainsKey(connection)) editor.Send(frame);
        }

        _moved.Clear();
    }

    private TimeSpan Every(int mostFrames) => TimeSpan.FromSeconds((double)_editors.Count / mostFrames);

    private void WhenDue(Pace pace, Action act)
    {
        lock (_gate)
        {
            if (pace.Waits && !_disposed) act();
        }
    }

    private ReadOnlyMemory<byte> PresenceFrame(PresentPerson[] people) => Frame("documents.presence", new PresentPeople(Id, people), ProtocolJson.Default.PresentPeople);
}
