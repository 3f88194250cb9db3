using System.Text;
using System.Text.RegularExpressions;
using Devex.Contracts.Protocol;
using Devex.Runner.Sessions;

namespace Devex.Runner.Searching;

/// <summary>A query made ready: finds matches in one line.</summary>
internal sealed class LineMatcher
{
    private const int MaxText = 1000;
    private const int MaxGlobs = 1000;
    private const int MaxReplacement = 10_000;
    private const int MaxExpansion = 8 << 20;

    // By the clock, so with room for a machine that is busy with other things.
    private static readonly TimeSpan PerLine = TimeSpan.FromSeconds(1);

    private readonly SearchQuery _query;
    private readonly Regex _regex;
    private readonly byte[]? _literal;

    /// <exception cref="SessionException">400: the query cannot be, and why.</exception>
    public LineMatcher(SearchQuery query)
    {
        if (query.Text.Length is 0 or > MaxText || query.Text.AsSpan().ContainsAny('\n', '\r', '\0'))
            throw Bad("search.text", $"What is searched has 1 to {MaxText} characters and is on one line.");
        if ((query.Include?.Length ?? 0) > MaxGlobs || (query.Exclude?.Length ?? 0) > MaxGlobs || (query.Replacement?.Length ?? 0) > MaxReplacement)
            throw Bad("search.long", $"Files to include and to exclude have at most {MaxGlobs} characters, a replacement {MaxReplacement}.");
        _query = query;
        var text = query.Regex ? query.Text : Regex.Escape(query.Text);
        try
        {
            _regex = new Regex(
                query.WholeWord ? $@"(?<!\w)(?:{text})(?!\w)" : text,
                RegexOptions.CultureInvariant | (query.MatchCase ? RegexOptions.None : RegexOptions.IgnoreCase), PerLine);
        }
        catch (ArgumentException e)
        {
            throw Bad("search.regex", $"This is no regular expression: {Reason(e)}");
        }
        _literal = query is { Regex: false, MatchCase: true } ? Encoding.UTF8.GetBytes(query.Text) : null;
    }

    /// <summary>Whether a file with this content can have a match: a quick look at its bytes.</summary>
    public bool MayMatch(ReadOnlySpan<byte> content) => _literal is null || content.IndexOf(_literal) >= 0;

    /// <summary>Where it matches in a line, with what would take its place; one by one, since a line may have more matches than anybody wants.</summary>
    /// <exception cref="SessionException">400: it takes too long, or a replacement would be too large.</exception>
    public IEnumerable<LineMatch> Find(ReadOnlySpan<char> line)
    {
        try
        {
            return _regex.IsMatch(line) ? Matches(line.ToString()) : [];
        }
        catch (RegexMatchTimeoutException)
        {
            throw Slow();
        }
    }

    private IEnumerable<LineMatch> Matches(string line)
    {
        // Each $ may stand for the whole line.
        if (_query is { Regex: true, Replacement: { } replacement } && (long)replacement.Count(c => c == '$') * line.Length > MaxExpansion)
            throw Bad("search.large", "This replacement makes too much text of one line.");
        for (var match = Next(() => _regex.Match(line)); match.Success; match = Next(match.NextMatch))
        {
            if (match.Length > 0)
                yield return new LineMatch(match.Index, match.Length, ReplacementOf(match));
        }
    }

    private static Match Next(Func<Match> next)
    {
        try
        {
            return next();
        }
        catch (RegexMatchTimeoutException)
        {
            throw Slow();
        }
    }

    private static SessionException Slow() => Bad("search.slow", "This regular expression takes too long for a line; make it simpler.");

    private string? ReplacementOf(Match match) => _query.Replacement is { } replacement ? _query.Regex ? match.Result(replacement) : replacement : null;

    // The framework's messages begin with the pattern, which may be long, and name the parameter at the end.
    private static string Reason(ArgumentException e) => e is RegexParseException parse ? $"{parse.Error} at {parse.Offset}." : "it is not well-formed.";

    private static SessionException Bad(string reason, string message) => new(ErrorCodes.InvalidParams, reason, message);
}

/// <summary>A match within a line, in UTF-16 units.</summary>
internal readonly record struct LineMatch(int Column, int Length, string? Replacement);
