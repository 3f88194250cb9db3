using Devex.Runner.Documents;

namespace Devex.Runner.Languages;

/// <summary>One document as its language server knows it: the text it was told last, and the last texts before.</summary>
internal sealed class MirroredText(string document, string path, string uri, string language, long version, DocumentText text)
{
    // What a browser asks about is at most a round trip old. Texts share their pieces, so older ones cost little.
    private const int MostKept = 128;

    private readonly Queue<Kept> _kept = new([new Kept(version, text, null, 1)]);

    public string Document => document;

    public string Path => path;

    public string Uri => uri;

    public string Language => language;

    /// <summary>The document's version that the server has.</summary>
    public long Version { get; private set; } = version;

    /// <summary>The server's own number for it: one more with each change, since the protocol has no room for a document's.</summary>
    public int Number { get; private set; } = 1;

    public DocumentText Text { get; private set; } = text;

    /// <summary>Takes in one update.</summary>
    public void Apply(ChangeSet changes)
    {
        Text = Text.Apply(changes);
        Version++;
        Keep(new Kept(Version, Text, changes, Number + 1));
    }

    /// <summary>Goes on from another text.</summary>
    public void Replace(long version, DocumentText text)
    {
        (Version, Text) = (version, text);
        _kept.Clear();
        Keep(new Kept(version, text, null, Number + 1));
    }

    /// <summary>The server is told what was taken in.</summary>
    public int Told() => ++Number;

    /// <summary>A place in an older text, in the one that the server has; null when the older text is not kept.</summary>
    public TextPosition? Now(long version, TextPosition position)
    {
        int? offset = null;
        foreach (var kept in _kept)
        {
            if (offset is { } at && kept.Changes is { } changes)
                offset = changes.MapPosition(at, after: true);
            else if (kept.Version == version)
                offset = TextPositions.Offset(kept.Text, position);
        }
        return offset is { } now ? TextPositions.At(Text, now) : null;
    }

    /// <summary>The document's version of one of the server's numbers; the newest where the number is not kept.</summary>
    public long VersionOf(int number) => _kept.LastOrDefault(kept => kept.Number <= number)?.Version ?? Version;

    private void Keep(Kept kept)
    {
        _kept.Enqueue(kept);
        if (_kept.Count > MostKept)
            _kept.Dequeue();
    }

    private sealed record Kept(long Version, DocumentText Text, ChangeSet? Changes, int Number);
}
