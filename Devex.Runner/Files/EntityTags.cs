using Devex.Runner.Sessions;
using Microsoft.Extensions.Primitives;

namespace Devex.Runner.Files;

/// <summary>Conditions of requests; versions are strong entity tags.</summary>
internal static class EntityTags
{
    /// <summary>Whether a condition names <paramref name="tag"/>, or any.</summary>
    public static bool Match(StringValues condition, string tag) =>
        condition.SelectMany(line => (line ?? "").Split(',', StringSplitOptions.TrimEntries)).Any(one => one == "*" || one == tag);

    /// <summary>What a write expects: a version, null when nothing may be there, <c>*</c> for anything.</summary>
    public static string? Expectation(HttpRequest request)
    {
        var (match, none) = (request.Headers.IfMatch, request.Headers.IfNoneMatch);
        return (match.Count, none.Count) switch
        {
            (0, 0) => "*",
            (0, 1) when none[0] == "*" => null,
            (1, 0) when match[0] is ['"', .. var version, '"'] && version.Length > 0 && !version.Contains('"', StringComparison.Ordinal) => version,
            _ => throw new SessionException(400, "files.condition", "Use If-Match with one version, or If-None-Match: *."),
        };
    }
}
