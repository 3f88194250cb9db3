using System.Buffers;
using System.Text;

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

    private readonly Piece[] _pieces;

    private DocumentText(Piece[] pieces)
    {
        _pieces = pieces;
        var cut = false;
        foreach (var piece in pieces)
        {
            Length += piece.Text.Length;
            LineBreaks += piece.LineBreaks;
            // Of a pair that lies across two, each counted its half as what stands for halves, three bytes.
            Bytes += piece.Bytes - (cut && piece.BeginsLow ? 2 : 0);
            cut = piece.EndsHigh;
        }
    }

    public static DocumentText Empty { get; } = new([]);

    /// <summary>UTF-16 units.</summary>
    public int Length { get; }

    /// <summary>Its size in UTF-8, where halves of surrogate pairs are U+FFFD.</summary>
    public int Bytes { get; }

    public int LineBreaks { get; }

    public ReadOnlySpan<Piece> Pieces => _pieces;

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
                var taken = Math.Min(left, _pieces[piece].Text.Length - offset);
                if (section.Keeps) builder.Append(_pieces[piece], offset, taken);
                left -= taken;
                offset += taken;
                if (offset < _pieces[piece].Text.Length) continue;
                piece++;
                offset = 0;
            }
        }

        return builder.Build();
    }

    public override string ToString() => string.Create(Length, _pieces, static (text, pieces) =>
    {
        foreach (var piece in pieces)
        {
            piece.Text.CopyTo(text);
            text = text[piece.Text.Length..];
        }
    });

    /// <summary>A part of the text, with what is counted of it when it is made, so that a keystroke counts no more than what it touches.</summary>
    internal readonly struct Piece
    {
        public Piece(string text)
        {
            Text = text;
            Bytes = (ushort)Encoding.UTF8.GetByteCount(text);
            LineBreaks = (ushort)text.AsSpan().Count('\n');
            (BeginsLow, EndsHigh) = (char.IsLowSurrogate(text[0]), char.IsHighSurrogate(text[^1]));
        }

        public string Text { get; }

        public ushort Bytes { get; }

        public ushort LineBreaks { get; }

        public bool BeginsLow { get; }

        public bool EndsHigh { get; }
    }

    private sealed class Builder(int capacity)
    {
        private readonly List<Piece> _pieces = new(capacity);
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

        public void Append(Piece piece, int offset, int length)
        {
            if (length < piece.Text.Length)
            {
                Append(piece.Text.AsSpan(offset, length));
                return;
            }

            if (_loose is { WrittenCount: > 0 and < Smallest })
            {
                // A crumb joins the next piece, and there it ends: the pieces after it stay as they are.
                _loose.Write(piece.Text);
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
                _pieces.Add(new Piece(text[..(text.Length / 2)].ToString()));
                text = text[(text.Length / 2)..];
            }

            _pieces.Add(new Piece(text.ToString()));
            _loose.ResetWrittenCount();
        }
    }
}
