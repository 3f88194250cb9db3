using System.Text.Json.Serialization.Metadata;
using Devex.Contracts.Protocol;
using Devex.Runner.Sessions;

namespace Devex.Runner.Documents;

/// <summary>
/// One open text file and the authority for it: it decides the order of updates, keeps them, and brings them to the file
/// (Document.Flush.cs), changes of the file to everyone (Document.Outside.cs), and what happens to who has it open (Document.Tell.cs). Two locks: the gate for the text, held for no
/// longer than a write to the journal; the turn for the file, always taken first.
/// </summary>
internal sealed partial class Document : IDisposable
{
    private const int MostReceived = 200;

    private readonly Lock _gate = new();
    private readonly Lock _turn = new();
    private readonly DocumentHost _host;
    private readonly Dictionary<int, DocumentEditor> _editors = [];
    private readonly Dictionary<string, long> _received;
    private readonly UpdateLog _log;
    private readonly ITimer _flushTimer;
    private DocumentIndex _index;
    private DocumentText _text;
    private TextFileState _file;
    private Journal? _journal;
    private bool _deleted;
    private bool _disposed;

    public Document(DocumentState state, DocumentHost host)
    {
        _host = host;
        (_index, _file, _text, _log, _received) = (state.Index, state.File, state.Text, state.Log, state.Received);
        if (state.Journal is { } length) _journal = Journal.Continue(host.Folder.JournalOf(Id), length);
        _flushedVersion = IsInFile ? _log.To : _index.Flushes[^1].Version;
        // The file has held it at least since now, which is what a receipt is asked about.
        _flushedAt = IsInFile ? BootClock.Now() : null;
        host.Folder.Write(_index);
        _flushTimer = host.Time.CreateTimer(_ => Flush(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        _telling = new Pace(host.Time, () => WhenDue(_telling!, TellAll));
        _presenting = new Pace(host.Time, () => WhenDue(_presenting!, PresentAll));
        if (!IsInFile) ScheduleFlush();
    }

    public string Id => _index.Id;

    public string Path => _index.Path;

    /// <summary>What is known of its file.</summary>
    public DocumentIndex Index => _index;

    /// <summary>Whether there are acknowledged updates that are not in the file.</summary>
    public bool Unflushed
    {
        get
        {
            lock (_gate) return !_deleted && !IsInFile;
        }
    }

    /// <summary>Whether nobody has it open and nothing waits to be written.</summary>
    public bool Idle
    {
        get
        {
            lock (_gate) return _editors.Count == 0 && (_deleted || IsInFile);
        }
    }

    /// <summary>Whether its file is gone, so that it takes no edits.</summary>
    public bool Deleted
    {
        get
        {
            lock (_gate) return _deleted;
        }
    }

    private bool IsInFile => ReferenceEquals(_text, _file.Text);

    /// <summary>Adds an editor and says where they begin.</summary>
    public OpenedDocument Open(int connection, DocumentEditor editor, string path, ResumeDocument? resume)
    {
        lock (_gate)
        {
            if (_editors.TryGetValue(connection, out var already)) already.Hold();
            else _editors.Add(connection, already = editor);
            already.Told = _log.To;
            PresentPerson[] others = [.. _editors.Where(other => other.Key != connection).Select(other => other.Value.Presence).OfType<PresentPerson>()];
            if (others.Length > 0) already.Send(PresenceFrame(others));

            var missed = resume?.Document == Id ? Missed(resume.Version) : null;
            return new OpenedDocument(
                Id, path, _log.To, missed is null ? _text.ToString() : null, missed?.Updates, _file.Form.LineEnding, null,
                new Dictionary<string, long>(_received), _flushedVersion, _flushedAt, missed?.Base);
        }
    }

    /// <summary>The answer to <see cref="Open"/> is on its way: from now on the editor gets what happens.</summary>
    public void Opened(int connection)
    {
        lock (_gate)
        {
            if (_editors.TryGetValue(connection, out var editor)) editor.Release();
        }
    }

    public void Close(int connection)
    {
        lock (_gate)
        {
            if (_editors.Remove(connection, out var editor) && editor.Presence is { } presence) Present(presence with { Selections = null });
        }
    }

    public void Present(int connection, DocumentPresence presence)
    {
        lock (_gate)
        {
            if (!_editors.TryGetValue(connection, out var editor)) return;
            var present = new PresentPerson(editor.Participant, presence.Version, presence.Selections);
            editor.Presence = presence.Selections is null ? null : present;
            Present(present);
        }
    }

    /// <summary>The file is elsewhere now; Devex itself moved it.</summary>
    public void Move(string path)
    {
        lock (_turn)
        {
            lock (_gate)
            {
                _index = _index with { Path = path };
                Broadcast("documents.moved", new DocumentMoved(Id, path), ProtocolJson.Default.DocumentMoved);
                _host.Touch();
            }

            _host.Folder.Write(_index);
        }
    }

    /// <summary>The text now, and the updates that led there from <paramref name="version"/>; null where they are not kept.</summary>
    public (long Version, DocumentText Text, IReadOnlyList<Update>? Updates) Since(long version)
    {
        lock (_gate) return (_log.To, _text, _log.Covers(version) ? [.. _log.Since(version)] : null);
    }

    public void Dispose()
    {
        lock (_turn)
        {
            lock (_gate)
            {
                _disposed = true;
                _flushTimer.Dispose();
                _telling.Dispose();
                _presenting.Dispose();
                _journal?.Dispose();
            }
        }
    }

    /// <summary>What somebody at <paramref name="version"/> misses; null when they need the text.</summary>
    private (IReadOnlyList<DocumentUpdate> Updates, long Base)? Missed(long version)
    {
        if (!_log.Covers(version))
        {
            // They may have seen more of the branch before than was kept: they go back to where it was left.
            var fork = _index.Flushes.LastOrDefault(flush => Branches.Of(flush.Version) == Branches.Of(_log.From) - 1)?.Version;
            if (fork is null || Branches.Next(fork.Value) != _log.From || Branches.Of(version) != Branches.Of(fork.Value) || version < fork) return null;
            return (WireSince(_log.From), fork.Value);
        }

        return (WireSince(version), version);
    }

    private List<DocumentUpdate> WireSince(long version) => [.. _log.Since(version).Select(update => update.ToWire())];

    /// <summary>Tells everyone now, after all that happened before.</summary>
    private void Broadcast<T>(string method, T value, JsonTypeInfo<T> type)
    {
        TellAll();
        if (_editors.Count == 0) return;
        var frame = Frame(method, value, type);
        foreach (var editor in _editors.Values) editor.Send(frame);
    }

    private static ReadOnlyMemory<byte> Frame<T>(string method, T value, JsonTypeInfo<T> type) => Frames.Notification(method, value, type);
}
