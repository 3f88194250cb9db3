using Devex.Runner.Documents;

namespace Devex.Runner.Languages;

/// <summary>Between places in a text as documents count (UTF-16 units) and as language servers do (line and UTF-16 unit in it, both from 0).</summary>
internal static class TextPositions
{
    public static TextPosition At(DocumentText text, int offset)
    {
        var (line, lineStart, passed) = (0, 0, 0);
        foreach (var piece in text.Pieces)
        {
            var part = piece.Text.AsSpan(0, Math.Min(piece.Text.Length, offset - passed));
            var last = part.LastIndexOf('\n');
            if (last >= 0)
            {
                line += part.Count('\n');
                lineStart = passed + last + 1;
            }
            passed += part.Length;
            if (passed == offset)
                break;
        }
        return new TextPosition(line, offset - lineStart);
    }

    /// <summary>What is past the end of a line or of the text is taken as that end, as the protocol wants it.</summary>
    public static int Offset(DocumentText text, TextPosition position)
    {
        var (left, passed) = (position.Line, 0);
        int? start = left == 0 ? 0 : null;
        foreach (var piece in text.Pieces)
        {
            var from = 0;
            while (start is null)
            {
                var end = piece.Text.AsSpan(from).IndexOf('\n');
                if (end < 0)
                    break;
                from += end + 1;
                if (--left == 0)
                    start = passed + from;
            }
            if (start is { } known)
            {
                var end = piece.Text.AsSpan(from).IndexOf('\n');
                if (end >= 0)
                    return Math.Min(known + position.Character, passed + from + end);
            }
            passed += piece.Text.Length;
        }
        return start is { } begin ? Math.Min(begin + position.Character, text.Length) : text.Length;
    }
}

/// <summary>A place in a text, both counted from 0.</summary>
internal readonly record struct TextPosition(int Line, int Character);
