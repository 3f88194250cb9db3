using System.Diagnostics.CodeAnalysis;
using System.Text;
using Devex.Contracts.Protocol;
using Devex.Runner.Files;
using Devex.Runner.Sessions;

namespace Devex.Runner.Searching;

/// <summary>The text of a file as it is searched: UTF-8 without NUL; lines end with LF or CRLF.</summary>
internal sealed class SearchedText
{
    /// <summary>Larger files are not searched.</summary>
    public const int MaxBytes = 4 << 20;

    private const int MaxMatches = 1000;
    private const int Before = 60;
    private const int After = 180;
    private const int ShownReplacement = 300;
    private const int MaxReplaced = 2 * MaxBytes;

    private static readonly UTF8Encoding Strict = new(false, throwOnInvalidBytes: true);

    private readonly string _text;

    private SearchedText(string text, string version) => (_text, Version) = (text, version);

    public string Version { get; }

    /// <summary>Null when it is not text, cannot have a match, or cannot be read now.</summary>
    public static SearchedText? Read(WorkspaceFiles files, string path, LineMatcher matcher)
    {
        try
        {
            var (content, version) = files.ReadBytes(path, MaxBytes);
            return content.AsSpan().IndexOf((byte)0) < 0 && matcher.MayMatch(content) ? new SearchedText(Strict.GetString(content), version) : null;
        }
        catch (Exception e) when (e is SessionException or DecoderFallbackException or IOException)
        {
            return null;
        }
    }

    /// <summary>The matches of the file, in order.</summary>
    public List<FoundMatch> Find(LineMatcher matcher, CancellationToken cancellation)
    {
        var found = new List<FoundMatch>();
        foreach (var (number, start, length) in Lines())
        {
            cancellation.ThrowIfCancellationRequested();
            var line = _text.AsSpan(start, length);
            foreach (var match in matcher.Find(line))
            {
                found.Add(Describe(number, line, match));
                if (found.Count == MaxMatches)
                    return found;
            }
        }
        return found;
    }

    /// <summary>The whole text with matches replaced; how many, 0 when none is there.</summary>
    [SuppressMessage("Performance", "CA1859", Justification = "Any collection of places will do.")]
    public (byte[] Content, int Matches) Replace(LineMatcher matcher, IReadOnlyCollection<MatchPlace>? only, CancellationToken cancellation)
    {
        var meant = only?.ToHashSet();
        var built = new StringBuilder(_text.Length + 1024);
        var (at, count) = (0, 0);
        foreach (var (number, start, length) in Lines())
        {
            cancellation.ThrowIfCancellationRequested();
            foreach (var match in matcher.Find(_text.AsSpan(start, length)))
            {
                if (match.Replacement is null || (meant is not null && !meant.Contains(new MatchPlace(number, match.Column))))
                    continue;
                built.Append(_text, at, start + match.Column - at).Append(match.Replacement);
                at = start + match.Column + match.Length;
                count++;
                if (built.Length > MaxReplaced)
                    throw new SessionException(ErrorCodes.TooLarge, "search.large", $"With these replacements a file would have over {MaxReplaced >> 20} MiB.", limit: MaxReplaced);
            }
        }
        return (Strict.GetBytes(built.Append(_text, at, _text.Length - at).ToString()), count);
    }

    private IEnumerable<(int Number, int Start, int Length)> Lines()
    {
        // A byte order mark is no part of the first line.
        var start = _text.StartsWith('\uFEFF') ? 1 : 0;
        for (var number = 1; start <= _text.Length; number++)
        {
            var end = _text.IndexOf('\n', start);
            var next = end < 0 ? _text.Length + 1 : end + 1;
            end = end < 0 ? _text.Length : end;
            if (end > start && _text[end - 1] == '\r')
                end--;
            yield return (number, start, end - start);
            start = next;
        }
    }

    private static string? Shown(string? replacement) => replacement is { Length: > ShownReplacement }
        ? replacement[..(ShownReplacement - (char.IsHighSurrogate(replacement[ShownReplacement - 1]) ? 1 : 0))]
        : replacement;

    private static FoundMatch Describe(int number, ReadOnlySpan<char> line, LineMatch match)
    {
        var from = match.Column <= Before ? 0 : match.Column - Before;
        var to = Math.Min(line.Length, match.Column + Math.Min(match.Length, After) + After);
        // Half of a surrogate pair cannot be sent.
        if (from > 0 && char.IsLowSurrogate(line[from]))
            from++;
        if (to < line.Length && char.IsHighSurrogate(line[to - 1]))
            to--;
        return new FoundMatch(number, match.Column, match.Length, line[from..to].ToString(), match.Column - from, Shown(match.Replacement));
    }
}
