using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace Devex.Core.Repls;

/// <summary>
/// A REPL's name: 1 to 64 UTF-16 units of letters and digits of any script, single spaces, and <c>-</c>, <c>_</c>, <c>.</c>, with at
/// least one letter or digit. It names nothing in the file system, in S3 or in Kubernetes; ids do that.
/// </summary>
internal sealed class ReplName
{
    public const int MaxLength = 64;

    private ReplName(string value) => Value = value;

    public string Value { get; }

    /// <summary>What two names of one owner must differ in.</summary>
    public string Folded => Fold(Value);

    public static string Fold(string name) => name.ToLowerInvariant();

    /// <summary>Parses a name; else says in words what is wrong.</summary>
    public static bool TryParse(string? text, [NotNullWhen(true)] out ReplName? name, [NotNullWhen(false)] out string? problem)
    {
        name = null;
        var trimmed = text?.Trim(' ') ?? "";
        problem = trimmed.Length switch
        {
            0 => "Give a name of at least one character.",
            > MaxLength => $"The name has {trimmed.Length} characters; at most {MaxLength} are allowed.",
            _ => Check(trimmed),
        };
        if (problem is not null)
            return false;
        name = new ReplName(trimmed);
        return true;
    }

    /// <summary>The n-th name to try after <paramref name="stem"/>: <c>node</c>, <c>node-2</c>, <c>node-3</c>…</summary>
    public static ReplName Numbered(string stem, int n)
    {
        var suffix = n == 1 ? "" : $"-{n}";
        return new ReplName(stem[..Math.Min(stem.Length, MaxLength - suffix.Length)].TrimEnd(' ') + suffix);
    }

    private static string? Check(string text)
    {
        var hasLetter = false;
        var previous = default(Rune);
        for (var i = 0; i < text.Length;)
        {
            // A lone surrogate is neither letter nor sign.
            if (Rune.DecodeFromUtf16(text.AsSpan(i), out var rune, out var length) != System.Buffers.OperationStatus.Done || !IsAllowed(rune))
                return "The name may have letters, digits, spaces and - _ . only.";
            if (rune.Value == ' ' && previous.Value == ' ')
                return "The name may not have two spaces in a row.";
            hasLetter |= Rune.IsLetterOrDigit(rune);
            previous = rune;
            i += length;
        }
        return hasLetter ? null : "The name needs a letter or a digit.";
    }

    private static bool IsAllowed(Rune rune) => Rune.IsLetterOrDigit(rune) || rune.Value is ' ' or '-' or '_' or '.';
}
