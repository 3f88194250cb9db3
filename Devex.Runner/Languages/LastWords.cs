using System.Text;
using System.Text.RegularExpressions;

namespace Devex.Runner.Languages;

/// <summary>The end of what a language server wrote to its errors, for the message about its end.</summary>
internal sealed partial class LastWords
{
    private const int Kept = 4096;
    private const int Lines = 5;

    private readonly Lock _gate = new();
    private byte[] _bytes = [];

    public void Add(ReadOnlySpan<byte> bytes)
    {
        lock (_gate)
            _bytes = [.. _bytes.AsSpan(Math.Max(0, Math.Min(_bytes.Length, _bytes.Length + bytes.Length - Kept))), .. bytes[Math.Max(0, bytes.Length - Kept)..]];
    }

    /// <summary>The last lines, without colours; empty when it said nothing.</summary>
    public override string ToString()
    {
        lock (_gate)
        {
            var text = Escape().Replace(Encoding.UTF8.GetString(_bytes), "");
            return string.Join('\n', text.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).TakeLast(Lines));
        }
    }

    [GeneratedRegex(@"\x1b\[[0-9;]*[A-Za-z]")]
    private static partial Regex Escape();
}
