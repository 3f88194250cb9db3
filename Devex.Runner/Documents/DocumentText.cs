using System.Buffers;

namespace Devex.Runner.Documents;

/// <summary>
/// An immutable text of pieces: a change copies the pieces that it touches and shares the rest, so that a keystroke in a
/// megabyte costs kilobytes, and a flush or a comparison can hold on to an older text for nothing.
/// </summary>
internal sealed class DocumentText
{
    /// <summary>Largest piece, UTF-16 units.</summary>
    private const int Largest = 4096;

    private const int Smallest = 1024;

    private readonly string[] _pieces;

    private DocumentText(string[] pieces)
    {
        _pieces = pieces;
        foreach (var piece in pieces) Length += piece.Length;
    }

    public static DocumentText Empty { get; } = new([]);

    /// <summary>UTF-16 units.</summary>
    public int Length { get; }

    public ReadOnlySpan<string> Pieces => _pieces;

    public static DocumentText From(ReadOnlySpan<char> text)
    {
        var builder = new Builder(text.Length / Largest + 1);
        builder.Append(text);
        return builder.Build();
    }

    /// <exception cref="ChangeException">The change was made on a text of another length.</exception>
    public DocumentText Apply(ChangeSet changes)
    {
        if (changes.Length != Length) throw new ChangeException($"The change is for a text of {changes.Length} units; this one has {Length}.");
        var builder = new Builder(_pieces.Length + 4);
        var (piece, offset) = (0, 0);
        foreach (var section in changes.Sections)
        {
            if (section.Text is { } text) builder.Append(text);
            for (var left = section.Length; left > 0;)
            {
                var taken = Math.Min(left, _pieces[piece].Length - offset);
                if (section.Keeps) builder.Append(_pieces[piece], offset, taken);
                left -= taken;
                offset += taken;
                if (offset < _pieces[piece].Length) continue;
                piece++;
                offset = 0;
            }
        }

        return builder.Build();
    }

    public override string ToString() => string.Concat(_pieces);

    private sealed class Builder(int capacity)
    {
        private readonly List<string> _pieces = new(capacity);
        private ArrayBufferWriter<char>? _loose;

        public void Append(ReadOnlySpan<char> text)
        {
            while (text.Length > 0)
            {
                _loose ??= new ArrayBufferWriter<char>(Smallest);
                var taken = Math.Min(text.Length, 2 * Largest - _loose.WrittenCount);
                _loose.Write(text[..taken]);
                text = text[taken..];
                if (_loose.WrittenCount == 2 * Largest) Settle();
            }
        }

        public void Append(string piece, int offset, int length)
        {
            if (length < piece.Length)
            {
                Append(piece.AsSpan(offset, length));
                return;
            }

            if (_loose is { WrittenCount: > 0 and < Smallest })
            {
                // A crumb joins the next piece, and there it ends: the pieces after it stay as they are.
                _loose.Write(piece);
                Settle();
                return;
            }

            Settle();
            _pieces.Add(piece);
        }

        public DocumentText Build()
        {
            Settle();
            return _pieces.Count == 0 ? Empty : new DocumentText([.. _pieces]);
        }

        private void Settle()
        {
            if (_loose is not { WrittenCount: > 0 }) return;
            var text = _loose.WrittenSpan;
            if (text.Length > Largest)
            {
                _pieces.Add(text[..(text.Length / 2)].ToString());
                text = text[(text.Length / 2)..];
            }

            _pieces.Add(text.ToString());
            _loose.ResetWrittenCount();
        }
    }
}
