using System.Text;
using System.Text.RegularExpressions;

namespace Devex.Runner.Languages;

/// <summary>The end of what a language server wrote to its errors, for the message about its end.</summary>
internal sealed partial class LastWords
{
    private const int Kept = 32 << 10;
    private const int Lines = 5;

    private readonly Lock _gate = new();
    private byte[] _bytes = [];

    public void Add(ReadOnlySpan<byte> bytes)
    {
        lock (_gate)
            _bytes = [.. _bytes.AsSpan(Math.Max(0, Math.Min(_bytes.Length, _bytes.Length + bytes.Length - Kept))), .. bytes[Math.Max(0, bytes.Length - Kept)..]];
    }

    /// <summary>The error with its first lines, where there is one above its trace; else the last lines. Without colours; empty when it said nothing.</summary>
    public override string ToString()
    {
        lock (_gate)
        {
            var text = Escape().Replace(Encoding.UTF8.GetString(_bytes), "");
            var lines = text.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
            var error = Array.FindLastIndex(lines, line => Error().IsMatch(line));
            return string.Join('\n', error < 0 ? lines.TakeLast(Lines) : lines.Skip(error).Take(Lines));
        }
    }

    // Programs in Go and Node write a long trace below what went wrong.
    [GeneratedRegex(@"^(panic|fatal error|\w*Error): ")]
    private static partial Regex Error();

    [GeneratedRegex(@"\x1b\[[0-9;]*[A-Za-z]")]
    private static partial Regex Escape();
}
