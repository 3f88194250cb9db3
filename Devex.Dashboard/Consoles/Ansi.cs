using System.Text.RegularExpressions;

namespace Devex.Dashboard.Consoles;

/// <param name="Text">Without escapes.</param>
/// <param name="Classes">Classes of style: <c>fg-1</c>, <c>bg-12</c>, <c>bold</c>, …; empty is plain.</param>
/// <param name="Style">A colour that is no class: of the 256, or any.</param>
internal readonly record struct AnsiRun(string Text, string Classes, string? Style);

/// <summary>
/// The colours of a terminal's line (ECMA-48, "SGR"). Every line starts plain; whatever else an escape may ask of a terminal, such as moving the
/// cursor, a title or a link, is left out.
/// </summary>
internal static partial class Ansi
{
    private const int MaxNumber = 999;

    public static string Plain(string line) => line.Contains('\e') ? Escapes().Replace(line, "") : line;

    public static IReadOnlyList<AnsiRun> Parse(string line)
    {
        if (!line.Contains('\e'))
        {
            return line.Length == 0 ? [] : [new(line, "", null)];
        }

        var runs = new List<AnsiRun>();
        var style = new Style();
        var at = 0;
        foreach (Match escape in Escapes().Matches(line))
        {
            AddRun(runs, line[at..escape.Index], style);
            at = escape.Index + escape.Length;
            if (escape.Groups["sgr"] is { Success: true } sgr)
            {
                style.Apply(sgr.Value);
            }
        }

        AddRun(runs, line[at..], style);
        return runs;
    }

    private static void AddRun(List<AnsiRun> runs, string text, Style style)
    {
        if (text.Length > 0)
        {
            runs.Add(new(text, style.Classes, style.Css));
        }
    }

    // SGR; any other control sequence; a string (title, link) up to its end or the line's; two-character escapes; a lone ESC.
    [GeneratedRegex(@"\e\[(?<sgr>[0-9;:]*)m|\e\[[0-?]*[ -/]*([@-~]|$)|\e[\]PX^_][^\a\e]*(\a|\e\\|$)|\e[ -/]*[0-~]|\e", RegexOptions.ExplicitCapture)]
    private static partial Regex Escapes();

    private sealed class Style
    {
        private bool _bold, _dim, _italic, _underline, _inverse;
        private string? _foreground, _background;

        public string Classes => string.Join(' ', Names());

        public string? Css => (Any(_foreground), Any(_background)) switch
        {
            (null, null) => null,
            ({ } front, null) => $"color:{front}",
            (null, { } back) => $"background:{back}",
            ({ } front, { } back) => $"color:{front};background:{back}",
        };

        public void Apply(string sgr)
        {
            var numbers = sgr.Length == 0 ? [0] : sgr.Split(';', ':').Select(part => int.TryParse(part, out var number) && number <= MaxNumber ? number : 0).ToArray();
            for (var i = 0; i < numbers.Length; i++)
            {
                if (numbers[i] is 38 or 48)
                {
                    var front = numbers[i] == 38;
                    var colour = Extended(numbers, ref i);
                    (_foreground, _background) = front ? (colour, _background) : (_foreground, colour);
                }
                else
                {
                    Apply(numbers[i]);
                }
            }
        }

        private void Apply(int number)
        {
            switch (number)
            {
                case 0:
                    (_bold, _dim, _italic, _underline, _inverse, _foreground, _background) = (false, false, false, false, false, null, null);
                    break;
                case 1:
                    _bold = true;
                    break;
                case 2:
                    _dim = true;
                    break;
                case 3:
                    _italic = true;
                    break;
                case 4:
                    _underline = true;
                    break;
                case 7:
                    _inverse = true;
                    break;
                case 22:
                    (_bold, _dim) = (false, false);
                    break;
                case 23:
                    _italic = false;
                    break;
                case 24:
                    _underline = false;
                    break;
                case 27:
                    _inverse = false;
                    break;
                case 39:
                    _foreground = null;
                    break;
                case 49:
                    _background = null;
                    break;
                case (>= 30 and <= 37) or (>= 90 and <= 97):
                    _foreground = $"fg-{(number < 90 ? number - 30 : number - 82)}";
                    break;
                case (>= 40 and <= 47) or (>= 100 and <= 107):
                    _background = $"bg-{(number < 100 ? number - 40 : number - 92)}";
                    break;
            }
        }

        /// <summary>38;5;N and 38;2;R;G;B, and the same with 48.</summary>
        private static string? Extended(int[] numbers, ref int i)
        {
            var kind = i + 1 < numbers.Length ? numbers[i + 1] : 0;
            if (kind == 5 && i + 2 < numbers.Length)
            {
                i += 2;
                return Indexed(numbers[i], numbers[i - 2] == 38);
            }

            if (kind == 2 && i + 4 < numbers.Length)
            {
                i += 4;
                return $"rgb({Math.Min(numbers[i - 2], 255)} {Math.Min(numbers[i - 1], 255)} {Math.Min(numbers[i], 255)})";
            }

            i = numbers.Length;
            return null;
        }

        private static string Indexed(int index, bool front) => index switch
        {
            < 16 => $"{(front ? "fg" : "bg")}-{index}",
            < 232 => $"rgb({Level((index - 16) / 36)} {Level((index - 16) / 6 % 6)} {Level((index - 16) % 6)})",
            _ => $"rgb({8 + (Math.Min(index, 255) - 232) * 10} {8 + (Math.Min(index, 255) - 232) * 10} {8 + (Math.Min(index, 255) - 232) * 10})",
        };

        private static int Level(int sixth) => sixth == 0 ? 0 : 55 + (sixth * 40);

        private static string? Any(string? colour) => colour?.StartsWith("rgb", StringComparison.Ordinal) == true ? colour : null;

        private IEnumerable<string> Names()
        {
            if (_foreground is not null && Any(_foreground) is null)
                yield return _foreground;
            if (_background is not null && Any(_background) is null)
                yield return _background;
            if (_bold)
                yield return "bold";
            if (_dim)
                yield return "dim";
            if (_italic)
                yield return "italic";
            if (_underline)
                yield return "underline";
            if (_inverse)
                yield return "inverse";
        }
    }
}
