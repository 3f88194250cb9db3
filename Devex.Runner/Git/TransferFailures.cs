using Devex.Contracts.Protocol;
using Devex.Runner.Sessions;

namespace Devex.Runner.Git;

/// <summary>What people are told when git did not bring their commits there, or here. Pure; git speaks English to us (<c>LC_ALL</c>).</summary>
internal static class TransferFailures
{
    private static readonly (string[] Said, int Code, string Reason, string Words, bool Quote)[] Known =
    [
        (["reconcile divergent branches", "Not possible to fast-forward"], ErrorCodes.Conflict, "git.diverged",
            "You and the remote both have commits that the other lacks. Rebase yours onto the remote's, or merge both.", false),
        (["CONFLICT (", "Could not apply", "could not apply"], ErrorCodes.Conflict, "git.conflicts",
            "Both sides changed the same places. Settle each file in conflict, stage it, then go on; or abort.", false),
        (["(fetch first)", "(non-fast-forward)", "(needs force)"], ErrorCodes.Conflict, "git.behind", "The remote has commits that you do not have. Pull first, then push.", false),
        (["[remote rejected]"], ErrorCodes.Conflict, "git.refused", "The remote does not take it.", true),
        (["couldn't find remote ref", "could not find remote ref"], ErrorCodes.Conflict, "git.upstream", "The remote has no such branch. Publish it first.", false),
        (["would be overwritten by", "You have unstaged changes", "contains uncommitted changes"], ErrorCodes.Conflict, "git.dirty", "Commit your changes or throw them away first.", true),
        (["Could not resolve", "Failed to connect", "Couldn't connect", "timed out", "Operation too slow", "Connection refused"], ErrorCodes.Conflict, "git.unreachable",
            "The remote cannot be reached.", true),
        (["Permission denied (", "Host key verification failed"], ErrorCodes.Forbidden, "git.ssh",
            "The remote is reached by ssh, and takes no key of this REPL. Give it an https address, or set up a key in a terminal.", true),
        (["certificate verif", "SSL certificate problem"], ErrorCodes.Conflict, "git.certificate", "The remote's certificate is not one that this machine trusts, so nothing was given to it.", true),
        (["error: 301", "error: 302", "error: 307", "error: 308"], ErrorCodes.Conflict, "git.moved", "The repository has moved. Give the remote its new address.", false),
        (["error: 403"], ErrorCodes.Forbidden, "git.forbidden", "The remote does not allow it with this credential.", true),
        (["Authentication failed", "could not read Username", "error: 401"], ErrorCodes.Forbidden, "git.credential", "The remote did not accept the credential.", true),
        (["Repository not found", "' not found", "does not appear to be a git repository", "error: 404"], ErrorCodes.NotFound, "git.repository",
            "There is no such repository, or it is not to be seen with this credential.", true),
    ];

    /// <summary>What went wrong where a credential may have been asked for.</summary>
    public static SessionException Of(string output, string said, CredentialHelper helper) => helper switch
    {
        { Declined: true } => new(ErrorCodes.Conflict, "git.declined", "Nothing was done: the remote wants a credential, and none was given."),
        { Refused: true } => new(ErrorCodes.Forbidden, "git.credential", $"{helper.Host} did not accept this user name and token."),
        { Stranger: { } other } => new(ErrorCodes.Conflict, "git.stranger", $"{other} wants a credential, and is not the remote. It was given none."),
        _ => Of(output, said),
    };

    /// <summary>What went wrong.</summary>
    /// <param name="output">What git wrote to its output.</param>
    /// <param name="said">What it wrote to its errors.</param>
    /// <param name="open">Whether it spoke with the remote for everybody to hear.</param>
    public static SessionException Of(string output, string said, bool open = false)
    {
        var all = $"{output}\n{said}";
        foreach (var (words, code, reason, sentence, quote) in Known)
        {
            if (!words.Any(part => all.Contains(part, StringComparison.Ordinal)))
                continue;
            return open && reason == "git.credential"
                ? new(ErrorCodes.Conflict, "git.insecure", "The remote wants a credential without https, where others on the way could read it. Give the remote an https address.")
                : new(code, reason, quote ? $"{sentence} git says: {GitProgram.Words(Shown(output, said))}" : sentence);
        }
        return new(ErrorCodes.Conflict, "git.failed", GitProgram.Words(said.Length > 0 ? said : output));
    }

    /// <summary>The line of a refused branch is in the output, its reasons beside it in the errors.</summary>
    private static string Shown(string output, string said) => string.Join(
        '\n',
        output.Split('\n').Where(line => line.StartsWith("!\t", StringComparison.Ordinal)).Select(line => line.Split('\t')[^1])
            .Concat(said.Split('\n').Where(line => !line.StartsWith("error: failed to push", StringComparison.Ordinal))));
}
