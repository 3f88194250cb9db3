using System.Globalization;
using System.Text;

namespace Devex.Runner.Terminals;

/// <summary>Titles as shown to others: short, on one line, without control or direction characters.</summary>
internal static class TerminalTitle
{
    public const int Longest = 100;

    public static string Clean(string? title, string otherwise)
    {
        var clean = new StringBuilder(Longest);
        foreach (var rune in (title ?? "").EnumerateRunes())
        {
            if (clean.Length + rune.Utf16SequenceLength > Longest) break;
            if (Rune.GetUnicodeCategory(rune) is not (UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator))
                clean.Append(rune);
        }

        var result = clean.ToString().Trim();
        return result.Length == 0 ? otherwise : result;
    }
}
