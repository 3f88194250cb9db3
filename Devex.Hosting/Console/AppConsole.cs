using System.Text.RegularExpressions;

namespace Devex.Hosting.Console;

/// <summary>What the person at the terminal sees.</summary>
internal interface IAppConsole
{
    /// <summary>Announces the names, so that columns can be aligned.</summary>
    void Names(IEnumerable<string> names);

    /// <summary>A line that a resource wrote.</summary>
    void Line(string name, string line);

    /// <summary>Something about a resource that is as it should be.</summary>
    void Say(string name, string text);

    /// <summary>Something about a resource that is not as it should be.</summary>
    void Warn(string name, string text);

    /// <summary>Something about the whole.</summary>
    void Say(string text);
}

/// <summary>One line per line, each behind the name of its resource; coloured where that is wanted, without escapes where not.</summary>
internal sealed partial class AppConsole(TextWriter output, bool colours) : IAppConsole
{
    private const string Reset = "\e[0m";
    private const string Bold = "\e[1m";
    private const string Yellow = "\e[33m";
    private static readonly string[] Palette = ["\e[36m", "\e[35m", "\e[34m", "\e[32m", "\e[96m", "\e[95m", "\e[94m", "\e[92m"];

    private readonly Lock _lock = new();
    private readonly Dictionary<string, string> _colours = new(StringComparer.Ordinal);
    private int _width;

    /// <summary>The process's own output, with colours if it is a terminal and NO_COLOR (no-color.org) is not set.</summary>
    public static AppConsole Standard() => new(
        System.Console.Out, !System.Console.IsOutputRedirected && string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR")));

    public void Names(IEnumerable<string> names)
    {
        lock (_lock)
        {
            foreach (var name in names)
            {
                _width = Math.Max(_width, name.Length);
                _colours.TryAdd(name, Palette[_colours.Count % Palette.Length]);
            }
        }
    }

    public void Line(string name, string line) => Write(name, colours ? line : Escapes().Replace(line, ""), "");

    public void Say(string name, string text) => Write(name, text, Bold);

    public void Warn(string name, string text) => Write(name, text, Yellow);

    public void Say(string text)
    {
        lock (_lock)
        {
            output.WriteLine(text);
        }
    }

    private void Write(string name, string text, string style)
    {
        lock (_lock)
        {
            var padded = name.PadRight(_width);
            output.WriteLine(colours
                ? $"{_colours.GetValueOrDefault(name, Palette[0])}{padded}{Reset} │ {style}{text}{Reset}"
                : $"{padded} | {text}");
        }
    }

    [GeneratedRegex(@"\e\[[0-9;?]*[ -/]*[@-~]")]
    private static partial Regex Escapes();
}
