using Devex.Core.Errors;

namespace Devex.Core.Imports.Git;

/// <summary>Git did not do what it was asked.</summary>
internal sealed class GitFailedException(string said) : Exception(said);

/// <summary>What people are told of it.</summary>
internal static class GitFailures
{
    private const string Fatal = "fatal:";
    private const int MaxShown = 300;

    public static ApiProblem Problem(GitFailedException failure)
    {
        var said = failure.Message;
        if (said.Contains("could not read Username", StringComparison.Ordinal))
            return ApiProblem.Invalid("url", "import.git.notFound", "There is no public repository at this address. For a private one use git in a REPL's terminal.");
        // Part of it is what the server said, and it may say anything.
        var last = said.Split('\n').LastOrDefault(line => line.StartsWith(Fatal, StringComparison.Ordinal)) ?? Fatal + " it gave no reason";
        var shown = string.Concat(last[Fatal.Length..].Trim().Where(c => !char.IsControl(c)).Take(MaxShown));
        return new ApiProblem(StatusCodes.Status502BadGateway, "import.git.failed", $"The repository could not be fetched or read. Git says: {shown}. Nothing was imported.");
    }
}
