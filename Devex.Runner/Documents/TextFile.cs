using System.Buffers;
using System.Security.Cryptography;
using System.Text;
using Devex.Contracts.Protocol;
using Devex.Runner.Sessions;

namespace Devex.Runner.Documents;

/// <summary>How a text lies in its file.</summary>
/// <param name="CarriageReturns">Lines end with CR LF.</param>
/// <param name="Mark">The file begins with a byte order mark.</param>
internal readonly record struct TextForm(bool CarriageReturns, bool Mark)
{
    public string LineEnding => CarriageReturns ? "crlf" : "lf";
}

/// <summary>Text files: UTF-8, below 5 MiB. In memory lines are joined by <c>\n</c>; the file keeps the form it had.</summary>
internal static class TextFile
{
    /// <summary>Files of this size and more are not edited, bytes.</summary>
    public const int Limit = 5 << 20;

    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false);

    /// <exception cref="SessionException">Too large, or not text.</exception>
    public static (string Text, TextForm Form) Decode(ReadOnlySpan<byte> bytes, string path)
    {
        if (bytes.Length >= Limit) throw TooLarge(path);
        var mark = bytes.StartsWith("\uFEFF"u8);
        if (mark) bytes = bytes[3..];
        if (bytes.Contains((byte)0)) throw new SessionException(ErrorCodes.WrongKind, "documents.binary", "This is a binary file; the editor shows text only.", path);
        if (!System.Text.Unicode.Utf8.IsValid(bytes)) throw new SessionException(ErrorCodes.WrongKind, "documents.encoding", "This file is not UTF-8. Convert it, for example with iconv, to edit it here.", path);
        var text = Utf8.GetString(bytes);
        if (!text.Contains('\r', StringComparison.Ordinal)) return (text, new TextForm(false, mark));
        var pairs = text.AsSpan().Count("\r\n");
        var returns = 2 * pairs > text.AsSpan().Count('\n');
        return (text.Replace("\r\n", "\n", StringComparison.Ordinal).Replace('\r', '\n'), new TextForm(returns, mark));
    }

    /// <summary>Of the file, bytes.</summary>
    public static int Size(DocumentText text, TextForm form) => text.Bytes + (form.CarriageReturns ? text.LineBreaks : 0) + (form.Mark ? 3 : 0);

    public static SessionException TooLarge(string path) =>
        new(ErrorCodes.TooLarge, "documents.large", "This file is too large for the editor, which takes files below 5 MiB.", path, Limit);

    /// <summary>The file's bytes and their SHA-256 in lower-case hex. Halves of surrogate pairs become U+FFFD.</summary>
    public static (ReadOnlyMemory<byte> Bytes, string Hash) Encode(DocumentText text, TextForm form)
    {
        var bytes = new ArrayBufferWriter<byte>(Math.Max(1, Size(text, form)));
        if (form.Mark) bytes.Write("\uFEFF"u8);

        // One encoder for all pieces: a surrogate pair may lie across two of them.
        var encoder = Utf8.GetEncoder();
        foreach (var piece in text.Pieces)
            encoder.Convert(form.CarriageReturns ? piece.Text.Replace("\n", "\r\n", StringComparison.Ordinal) : piece.Text, bytes, flush: false, out _, out _);
        encoder.Convert([], bytes, flush: true, out _, out _);
        return (bytes.WrittenMemory, Hash(bytes.WrittenSpan));
    }

    public static string Hash(ReadOnlySpan<byte> bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));
}
