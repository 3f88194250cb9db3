using Devex.Contracts.Protocol;
using Devex.Runner.Sessions;

namespace Devex.Runner.Documents;

internal sealed partial class Document
{
    // Sections to be mapped for one push; a browser that is so far behind receives first.
    private const long MostWork = 20_000_000;

    /// <summary>
    /// Accepts updates: (1) rebased over what was accepted since; (2) less those accepted before; (3) applied; (4) in the journal;
    /// (5) told to everyone who has the document open (Document.Tell.cs), first to who pushed them; only then the answer.
    /// </summary>
    /// <param name="connection">Of who pushes them.</param>
    /// <param name="version">They are based on.</param>
    /// <param name="updates">Made one after another.</param>
    /// <returns>The version after them.</returns>
    /// <exception cref="SessionException">They do not fit (409, <c>documents.stale</c>: open the document again), or there is no room.</exception>
    public long Push(int connection, long version, IReadOnlyList<Update> updates)
    {
        lock (_gate)
        {
            if (_host.Frozen() is { } reason) throw new SessionException(ErrorCodes.Frozen, "session.frozen", reason);
            if (_deleted || _disposed) throw new SessionException(ErrorCodes.NotFound, "documents.deleted", "The file was deleted.", Path);
            if (!_log.Covers(version)) throw Stale("The document's version is not known here any more; open it again.");

            // 1, 2
            var pushed = Math.Max(1, updates.Sum(update => (long)update.Changes.Sections.Length));
            if (_log.Since(version).Sum(update => pushed + update.Changes.Sections.Length) > MostWork) throw Stale("Receive the updates first; there are too many to bring these up to date here.");
            List<Update> accepted;
            DocumentText text;
            try
            {
                accepted = Rebase.Over(_log.Since(version), updates);
                CheckOrder(accepted);

                // 3
                text = accepted.Aggregate(_text, (before, update) => before.Apply(update.Changes));
            }
            catch (ChangeException e)
            {
                throw new SessionException(ErrorCodes.InvalidParams, "documents.changes", e.Message, Path);
            }

            var size = TextFile.Size(text, _file.Form);
            if (size >= TextFile.Limit && size > TextFile.Size(_text, _file.Form)) throw TextFile.TooLarge(Path);
            Accept(accepted, text);
            // Also what was accepted before and is pushed once more.
            if (_editors.TryGetValue(connection, out var typist)) TellUpdates(typist);
            if (accepted.Count > 0) _host.Accepted(accepted.Count);
            return _log.To;
        }
    }

    private void Accept(List<Update> updates, DocumentText text, string? merged = null)
    {
        if (updates.Count == 0) return;
        var version = _log.To;

        // 4
        try
        {
            _journal ??= BeginJournal();
            _journal.Append(version, updates, merged);
        }
        catch (IOException e)
        {
            DocumentLog.JournalFailed(_host.Logger, e);
            throw new SessionException(ErrorCodes.Full, "documents.full", "No room is left, so the edit could not be kept; delete something and try again.", Path);
        }

        _text = text;
        foreach (var update in updates)
        {
            _log.Add(update);
            _untold.Add(update);
            _untoldLength += update.Json.Length;
            Remember(update);
        }

        ScheduleFlush();
        _host.Touch();

        // 5
        Tell();
    }

    private Journal BeginJournal()
    {
        var start = new Checkpoint(_log.To, BootClock.BootId, _received, _text.ToString());
        return Journal.Begin(_host.Folder.JournalOf(Id), start, _file.Hash);
    }

    private void CheckOrder(List<Update> updates)
    {
        var next = new Dictionary<string, long>(StringComparer.Ordinal);
        foreach (var update in updates)
        {
            if (next.TryGetValue(update.Client, out var expected) || _received.TryGetValue(update.Client, out expected))
            {
                if (!next.ContainsKey(update.Client)) expected++;
                if (update.N != expected) throw Stale("Updates are missing, or were accepted before in another order; open the document again.");
            }

            next[update.Client] = update.N + 1;
        }
    }

    private void Remember(Update update)
    {
        // The dictionary keeps the order in which clients came; those that came last stay.
        _received.Remove(update.Client);
        if (_received.Count >= MostReceived) _received.Remove(_received.Keys.First());
        _received[update.Client] = update.N;
    }

    private SessionException Stale(string message) => new(ErrorCodes.Conflict, "documents.stale", message, Path);
}
