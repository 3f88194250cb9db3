using Devex.Contracts.Protocol;
using Devex.Contracts.Snapshots;
using Devex.Runner.Sessions;

namespace Devex.Runner.Documents;

internal sealed partial class Document
{
    /// <summary>A flush waits for this much quiet,</summary>
    public static readonly TimeSpan Quiet = TimeSpan.FromMilliseconds(300);

    /// <summary>but no longer than this after the first change.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromSeconds(1);

    private const int MostTries = 5;
    private const int CompactAbove = 2 << 20;

    private static readonly TimeSpan FirstRetry = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LastRetry = TimeSpan.FromSeconds(10);

    private long _flushedVersion;
    private SessionInstant? _flushedAt;
    private DateTimeOffset? _firstChange;
    private TimeSpan? _retry;

    /// <summary>Brings the text to its file now; false when it could not be, which editors are told and which is tried again.</summary>
    public bool Flush()
    {
        var done = false;
        lock (_turn)
        {
            try
            {
                // Another program that writes all the time does not keep us here for ever.
                for (var tries = 0; tries < MostTries && !done; tries++) done = TryFlush();
                if (!done) throw new SessionException(ErrorCodes.Conflict, "documents.contended", "Another program keeps writing this file.", Path);
            }
            catch (Exception e) when (e is SessionException or IOException or UnauthorizedAccessException)
            {
                Fail(e);
            }
        }

        if (done && Idle) _host.Settled(this);
        return done;
    }

    private bool TryFlush()
    {
        DocumentText text;
        TextFileState file;
        Flush flush;
        lock (_gate)
        {
            if (_disposed || _deleted || IsInFile) return true;
            (text, file, _firstChange) = (_text, _file, null);
            flush = new Flush("", _log.To, new Dictionary<string, long>(_received));
        }

        var (bytes, hash) = TextFile.Encode(text, file.Form);
        if (_host.VersionOf(Path) is { } there && there != file.Version)
        {
            TakeOutside();
            return false;
        }

        // The index goes first: a snapshot in between then knows both this file and the one before it.
        _index = _index.With(flush with { Sha256 = hash });
        _host.Folder.Write(_index);
        string version;
        try
        {
            version = _host.Write(Path, bytes.Span, _host.VersionOf(Path) is null ? null : file.Version);
        }
        catch (SessionException e) when (e.Code == ErrorCodes.Conflict)
        {
            // Changed, made or deleted since we looked.
            TakeOutside();
            return false;
        }

        Flushed(text, file with { Text = text, Version = version, Hash = hash }, flush.Version);
        return true;
    }

    private void Flushed(DocumentText text, TextFileState file, long version)
    {
        lock (_gate)
        {
            (_file, _flushedVersion, _flushedAt, _retry) = (file, version, BootClock.Now(), null);
            _host.FlushedAt = _flushedAt;
            _journal?.Flushed(version, file.Hash);
            if (ReferenceEquals(_text, text)) Compact();
            Broadcast("documents.flushed", new DocumentFlushed(Id, version, file.Hash, _flushedAt.Value), ProtocolJson.Default.DocumentFlushed);
        }
    }

    /// <summary>After a flush the journal may begin anew, unless it is short.</summary>
    private void Compact()
    {
        if (_journal is null || _journal.Length < CompactAbove + 4L * _text.Length) return;
        var former = _journal;
        _journal = BeginJournal();
        former.Dispose();
    }

    private void ScheduleFlush()
    {
        // A retry has its own time, whatever is typed meanwhile.
        if (_disposed || _retry is not null) return;
        var now = _host.Time.GetUtcNow();
        _firstChange ??= now;
        var latest = _firstChange.Value + Longest - now;
        var wait = latest < Quiet ? latest : Quiet;
        _flushTimer.Change(wait > TimeSpan.Zero ? wait : TimeSpan.Zero, Timeout.InfiniteTimeSpan);
    }

    private void Fail(Exception e)
    {
        DocumentLog.FlushFailed(_host.Logger, e);
        lock (_gate)
        {
            _retry = _retry is { } before ? (before * 2 < LastRetry ? before * 2 : LastRetry) : FirstRetry;
            if (!_disposed) _flushTimer.Change(_retry.Value, Timeout.InfiniteTimeSpan);
            var message = e is SessionException ? e.Message : "The file system refused the write.";
            Broadcast("documents.failed", new DocumentFailed(Id, message), ProtocolJson.Default.DocumentFailed);
        }
    }
}
