using Devex.Core.Errors;

namespace Devex.Core.Imports.Git;

/// <summary>Where a branch or tag of a repository is.</summary>
/// <param name="Branch">Its name.</param>
/// <param name="Commit">Hex; of an annotated tag, the tag's own.</param>
internal sealed record GitHead(string Branch, string Commit)
{
    private const string Branches = "refs/heads/";
    private const int MaxAnswer = 4000;

    /// <param name="git">The program.</param>
    /// <param name="remote">Where.</param>
    /// <param name="wanted">Branch or tag; null for the default.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="ApiProblem">400 when there is none.</exception>
    public static async Task<GitHead> FindAsync(GitProgram git, FoundRemote remote, string? wanted, CancellationToken cancellationToken)
    {
        string[] names = wanted is null ? ["HEAD"] : [Branches + wanted, "refs/tags/" + wanted];
        try
        {
            await using var run = git.Start("/", remote.At, 1, ["ls-remote", "--symref", "--", remote.At.Address.ToString(), .. names]);
            // Lines are "object TAB name", and for what points to a branch "ref: branch TAB name" before it.
            var lines = (await run.TextAsync(MaxAnswer, cancellationToken)).Split('\n').Select(line => line.Split('\t')).Where(parts => parts.Length == 2).ToList();
            await run.CompleteAsync(cancellationToken);
            var commit = lines.FirstOrDefault(parts => names.Contains(parts[1]) && parts[0].Length is 40 or 64 && parts[0].All(char.IsAsciiHexDigitLower))?[0];
            var branch = wanted ?? lines.FirstOrDefault(parts => parts[0].StartsWith("ref: " + Branches, StringComparison.Ordinal))?[0][("ref: " + Branches).Length..];
            if (commit is not null && branch is not null && GitBranch.IsValid(branch))
                return new GitHead(branch, commit);
            throw wanted is null
                ? ApiProblem.Invalid("url", "import.empty", "The repository has no default branch with files in it. Name a branch.")
                : ApiProblem.Invalid("branch", "import.git.branch", "The repository has no such branch or tag.");
        }
        catch (GitFailedException e)
        {
            throw GitFailures.Problem(e);
        }
    }
}
