using System.Globalization;
using System.Text;

namespace Devex.Runner.Languages;

/// <summary>Takes messages from a language server's output: headers, an empty line, as many bytes as <c>Content-Length</c> says.</summary>
/// <param name="stream">Read as it comes, on the caller's thread.</param>
/// <param name="limit">Largest message, bytes.</param>
internal sealed class LspReader(Stream stream, int limit)
{
    private const int LongestHeader = 4096;

    private readonly byte[] _buffer = new byte[16 << 10];
    private int _start;
    private int _end;

    /// <summary>The next message; null at the end.</summary>
    /// <exception cref="InvalidDataException">What it writes is no message, or too large a one; says so in words that follow "it".</exception>
    public byte[]? Read()
    {
        if (Length() is not { } length)
            return null;
        var message = new byte[length];
        var buffered = Math.Min(length, _end - _start);
        _buffer.AsSpan(_start, buffered).CopyTo(message);
        _start += buffered;
        return stream.ReadAtLeast(message.AsSpan(buffered), length - buffered, throwOnEndOfStream: false) < length - buffered ? null : message;
    }

    private int? Length()
    {
        while (true)
        {
            var read = _buffer.AsSpan(_start, _end - _start);
            var end = read.IndexOf("\r\n\r\n"u8);
            if (end >= 0)
            {
                var headers = Encoding.ASCII.GetString(read[..end]);
                _start += end + 4;
                return Parse(headers);
            }
            if (read.Length > LongestHeader)
                throw new InvalidDataException("wrote something that is not the Language Server Protocol");
            read.CopyTo(_buffer);
            (_start, _end) = (0, read.Length);
            var more = stream.Read(_buffer, _end, _buffer.Length - _end);
            if (more == 0)
                return null;
            _end += more;
        }
    }

    private int Parse(string headers)
    {
        const string Name = "Content-Length:";
        foreach (var line in headers.Split("\r\n"))
        {
            if (!line.StartsWith(Name, StringComparison.OrdinalIgnoreCase) || !int.TryParse(line[Name.Length..].Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out var length))
                continue;
            return length <= limit ? length : throw new InvalidDataException($"wrote a message of {length} bytes; {limit} are the most");
        }
        throw new InvalidDataException("wrote something that is not the Language Server Protocol");
    }
}
