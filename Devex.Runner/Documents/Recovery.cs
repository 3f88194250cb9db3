using System.Security.Cryptography;

namespace Devex.Runner.Documents;

/// <summary>
/// Puts a document together when it is opened. (1) A journal of this boot holds all that was acknowledged: its text counts.
/// (2) A journal of another boot may have lost its tail with the node's memory: its text counts, in the next branch. (3) Without
/// a journal (a restored snapshot) the file's hash tells the version, in the next branch. (4) A file that nobody knows, with a
/// journal, was changed by another program meanwhile: the difference comes in as its update. (5) Without either, the document
/// begins anew under a new id, and browsers bring in what they hold by comparing texts.
/// </summary>
internal static class Recovery
{
    private const string Alphabet = "0123456789abcdefghjkmnpqrstvwxyz";

    public static DocumentState Recover(string path, TextFileState file, DocumentIndex? index, JournalContent? journal, string bootId)
    {
        var known = index?.Find(file.Hash);
        if (index is not null && journal is not null && !(known?.Version > journal.Version)) return FromJournal(index, file, known, journal, bootId);
        if (index is null || known is null) return New(path, file);

        // 3: what the index says of later versions was never seen in this file.
        var version = Branches.Next(known.Version);
        var flushes = index.Flushes.Where(flush => flush.Version <= known.Version).ToList();
        return new DocumentState(
            (index with { Flushes = flushes }).With(new Flush(file.Hash, version, known.Received)), file, file.Text, new UpdateLog(version),
            new Dictionary<string, long>(known.Received, StringComparer.Ordinal), null);
    }

    private static DocumentState New(string path, TextFileState file)
    {
        var index = new DocumentIndex(RandomNumberGenerator.GetString(Alphabet, 16), path, [new Flush(file.Hash, 0, new Dictionary<string, long>())]);
        return new DocumentState(index, file, file.Text, new UpdateLog(0), new Dictionary<string, long>(StringComparer.Ordinal), null);
    }

    private static DocumentState FromJournal(DocumentIndex index, TextFileState file, Flush? known, JournalContent journal, string bootId)
    {
        var received = new Dictionary<string, long>(journal.Start.Received, StringComparer.Ordinal);
        var text = DocumentText.From(journal.Start.Text);
        var flushed = text;
        var sameBoot = journal.Start.BootId == bootId;
        var log = new UpdateLog(sameBoot ? journal.Start.Version : Branches.Next(journal.Start.Version + journal.Updates.Count));
        foreach (var (i, update) in journal.Updates.Index())
        {
            if (journal.Start.Version + i == journal.Flushed) flushed = text;
            text = text.Apply(update.Changes);
            received[update.Client] = Math.Max(update.N, received.GetValueOrDefault(update.Client));
            if (sameBoot) log.Add(update);
        }

        if (journal.Version == journal.Flushed) flushed = text;
        if (text.Length == file.Text.Length && text.ToString() == file.Text.ToString()) text = file.Text;

        // 1, 2: the file is the one that the journal tells of, or the flush after it, whose mark was not written any more.
        var taken = file.Hash == journal.FileHash || known?.Version > journal.Flushed;
        if (!sameBoot && taken && journal.Version == journal.Flushed) index = index.With(new Flush(file.Hash, log.To, received));
        if (taken) return new DocumentState(index, file, text, log, received, sameBoot ? journal.Length : null);

        // 4
        return new DocumentState(index, file with { Text = flushed, Version = "", Hash = "" }, text, log, received, sameBoot ? journal.Length : null);
    }
}
