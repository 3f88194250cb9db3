using Devex.Contracts.Protocol;
using Devex.Runner.Files;
using Devex.Runner.Sessions;

namespace Devex.Runner.Documents;

/// <summary>The open documents, by file and by id. A document that nobody has open leaves memory once it is in its file.</summary>
internal sealed class DocumentStore(DocumentHost host, WorkspaceFiles files, WorkspaceWatcher watcher) : IDisposable
{
    private static readonly TimeSpan Remembered = TimeSpan.FromDays(1);

    private readonly Lock _gate = new();
    private readonly Dictionary<string, Document> _byPath = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Document> _byId = new(StringComparer.Ordinal);
    private readonly Dictionary<string, DocumentIndex> _known = new(StringComparer.Ordinal);
    private IDisposable? _watching;

    /// <summary>Documents in memory.</summary>
    public IReadOnlyList<Document> All
    {
        get
        {
            lock (_gate) return [.. _byId.Values];
        }
    }

    /// <summary>Reads what is kept from before, brings unflushed edits to their files, and forgets what is old.</summary>
    public void Start()
    {
        files.Moved += Move;
        host.Settled = Release;
        foreach (var (index, writtenAt) in host.Folder.ReadAll())
        {
            _known[index.Path] = index;
            try
            {
                var journal = Journal.Read(host.Folder.JournalOf(index.Id));
                if (journal is not null && journal.Version != journal.Flushed) Bring(index);
                else if (host.Time.GetUtcNow() - writtenAt > Remembered) Forget(index);
            }
            catch (Exception e) when (e is SessionException or IOException or UnauthorizedAccessException)
            {
                DocumentLog.RecoveryFailed(host.Logger, e);
            }
        }
    }

    /// <summary>Opens a document for an editor.</summary>
    public OpenedDocument Open(int connection, DocumentEditor editor, OpenDocument request)
    {
        lock (_gate)
        {
            var document = Find(request);
            return document.Open(connection, editor, request.Path, request.Resume);
        }
    }

    /// <summary>A document that is open.</summary>
    /// <exception cref="SessionException">404: it is not; open it again.</exception>
    public Document Get(string id)
    {
        return TryGet(id) ?? throw new SessionException(ErrorCodes.NotFound, "documents.closed", "This document is not open; open it again.");
    }

    /// <summary>A document that is open, or null.</summary>
    public Document? TryGet(string id)
    {
        lock (_gate) return _byId.GetValueOrDefault(id);
    }

    /// <summary>Lets go of a document when nobody needs it in memory.</summary>
    public void Release(Document document)
    {
        lock (_gate)
        {
            if (!document.Idle || !_byId.Remove(document.Id)) return;
            _byPath.Remove(document.Path);
            _known[document.Path] = document.Index;
            document.Dispose();
            host.Touch();
            if (_byId.Count > 0) return;
            _watching?.Dispose();
            _watching = null;
        }
    }

    /// <summary>Brings all documents to their files.</summary>
    /// <returns>Whether all of them are there.</returns>
    public bool FlushAll() => All.Aggregate(true, (all, document) => document.Flush() && all);

    /// <summary>For programs that are about to read the files: what is in the editors now is there when it completes. Never blocks its caller, which may be the thread of a socket.</summary>
    public async ValueTask CatchUpAsync()
    {
        if (!All.Any(document => document.Unflushed)) return;
        await Task.Yield();
        FlushAll();
    }

    public void Dispose()
    {
        files.Moved -= Move;
        _watching?.Dispose();
        foreach (var document in All) document.Dispose();
    }

    private Document Find(OpenDocument request)
    {
        var path = RealPath(request);
        if (_byPath.TryGetValue(path, out var document)) return document;
        var known = _known.GetValueOrDefault(path);
        document = Load(path, known);
        Watch();
        return document;
    }

    private string RealPath(OpenDocument request)
    {
        try
        {
            return host.RealPath(request.Path);
        }
        catch (SessionException e) when (e.Code == ErrorCodes.NotFound)
        {
            if (_byPath.TryGetValue(request.Path, out _)) return request.Path;
            if (!request.Create) throw;
            host.Create(request.Path);
            return host.RealPath(request.Path);
        }
    }

    private Document Load(string path, DocumentIndex? index)
    {
        var journal = index is null ? null : Journal.Read(host.Folder.JournalOf(index.Id));
        var state = Recovery.Recover(path, host.Read(path), index, journal, BootClock.BootId);
        if (index is not null && state.Index.Id != index.Id) host.Folder.Forget(index.Id);
        var document = new Document(state, host);
        _byPath[path] = document;
        _byId[document.Id] = document;
        _known.Remove(path);
        document.LookOutside();
        host.Touch();
        return document;
    }

    private void Bring(DocumentIndex index)
    {
        lock (_gate)
        {
            var document = Load(index.Path, index);
            document.Flush();
            Release(document);
        }
    }

    private void Forget(DocumentIndex index)
    {
        _known.Remove(index.Path);
        host.Folder.Forget(index.Id);
    }

    private void Watch()
    {
        _watching ??= watcher.Listen(changed => _ = Task.Run(() => Look(changed)), out _);
    }

    private void Look(FilesChanged changed)
    {
        foreach (var document in All)
        {
            if (changed.Overflow || changed.Paths.Any(change => change.Path == document.Path || document.Path.StartsWith(change.Path + "/", StringComparison.Ordinal)))
                document.LookOutside();
        }
    }

    private void Move(string from, string to)
    {
        lock (_gate)
        {
            foreach (var document in _byId.Values)
            {
                if (Moved(document.Path, from, to) is not { } path) continue;
                _byPath.Remove(document.Path);
                document.Move(path);
                _byPath[path] = document;
            }

            foreach (var (known, index) in _known.ToList())
            {
                if (Moved(known, from, to) is not { } path) continue;
                _known.Remove(known);
                _known[path] = index with { Path = path };
                host.Folder.Write(_known[path]);
            }
        }
    }

    private static string? Moved(string path, string from, string to) =>
        path == from ? to : path.StartsWith(from + "/", StringComparison.Ordinal) ? to + path[from.Length..] : null;
}
