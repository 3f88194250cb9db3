using Devex.Core.Errors;

namespace Devex.Core.Imports.Git;

/// <summary>Names of branches and tags, narrower than git's own (git check-ref-format): none can be taken for an option or an expression.</summary>
internal static class GitBranch
{
    private const int MaxLength = 200;

    public static bool IsValid(string name) =>
        name.Length is > 0 and <= MaxLength && name[0] is not ('-' or '/' or '.') && name[^1] is not ('/' or '.')
        && !name.Contains("..", StringComparison.Ordinal) && !name.Contains("//", StringComparison.Ordinal) && !name.Contains("@{", StringComparison.Ordinal)
        && name.All(c => !char.IsControl(c) && !char.IsWhiteSpace(c) && !"\\~^:?*[".Contains(c, StringComparison.Ordinal));

    /// <summary>Null and empty ask for the default.</summary>
    /// <exception cref="ApiProblem">400 when it can be no name.</exception>
    public static string? Parse(string? text) =>
        text?.Trim() is not { Length: > 0 } name ? null : IsValid(name) ? name : throw ApiProblem.Invalid("branch", "import.git.branch", "This can be no name of a branch or tag.");
}
