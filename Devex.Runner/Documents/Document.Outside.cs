using Devex.Contracts.Protocol;
using Devex.Runner.Sessions;

namespace Devex.Runner.Documents;

internal sealed partial class Document
{
    /// <summary>The file may have been changed, deleted or made again by another program.</summary>
    public void LookOutside()
    {
        lock (_turn)
        {
            try
            {
                if (!_disposed) TakeOutside();
            }
            catch (Exception e) when (e is SessionException or IOException or UnauthorizedAccessException)
            {
                Fail(e);
            }
        }
    }

    private void TakeOutside()
    {
        var version = _host.VersionOf(Path);
        if (version is null)
        {
            TakeDeletion();
            return;
        }

        if (version == _file.Version && !_deleted) return;
        var file = _host.Read(Path);
        lock (_gate)
        {
            if (_deleted)
            {
                _deleted = false;
                _host.Touch();
                Broadcast("documents.moved", new DocumentMoved(Id, Path), ProtocolJson.Default.DocumentMoved);
            }
        }

        if (file.Hash == _file.Hash)
        {
            // Touched, or replaced by the same.
            lock (_gate) _file = file with { Text = _file.Text };
            return;
        }

        Merge(file);
    }

    /// <summary>
    /// What the other program did, between the file as we knew it and as it is, comes in as one update beside what was edited
    /// since: both are kept.
    /// </summary>
    private void Merge(TextFileState file)
    {
        var theirs = TextDiff.Between(_file.Text.ToString(), file.Text.ToString());
        lock (_gate)
        {
            var inFile = IsInFile;
            if (!theirs.IsEmpty)
            {
                var changes = inFile ? theirs : theirs.Map(TextDiff.Between(_file.Text.ToString(), _text.ToString()));
                var update = new Update(Update.Outside, _received.GetValueOrDefault(Update.Outside) + 1, changes);
                Accept([update], _text.Apply(changes), file.Hash);
            }

            // Where nothing else was edited the text and the file are the same again.
            _file = inFile ? file with { Text = _text } : file;
            if (!inFile) return;
            _index = _index.With(new Flush(file.Hash, _log.To, new Dictionary<string, long>(_received)));
            _host.Folder.Write(_index);
        }

        Flushed(_file.Text, _file, _log.To);
    }

    private void TakeDeletion()
    {
        lock (_gate)
        {
            if (_deleted) return;

            // Edits that are in no file yet outlive it: the flush makes it again.
            _file = _file with { Version = null, Text = IsInFile ? _file.Text : DocumentText.From(_file.Text.ToString()) };
            if (!IsInFile) return;
            _deleted = true;
            _host.Touch();
            Broadcast("documents.moved", new DocumentMoved(Id, null), ProtocolJson.Default.DocumentMoved);
        }
    }
}
