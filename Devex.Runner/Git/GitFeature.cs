using System.Text;
using Devex.Contracts.Protocol;
using Devex.Runner.Access;
using Devex.Runner.Control;
using Devex.Runner.Documents;
using Devex.Runner.Files;
using Devex.Runner.Saves;
using Devex.Runner.Sessions;

namespace Devex.Runner.Git;

/// <summary>The methods <c>git.*</c>: what a person does with git every day, in the workspace's own repository.</summary>
internal sealed class GitFeature(GitProgram git, GitRepository repository, WorkspaceFiles files, DocumentStore documents, SessionState session, SpaceGuard space) : ISessionFeature
{
    private const string OneAtATime = "git";
    private const int LargestSide = 2 << 20;
    private const int LongestMessage = 10_000;
    private const int LongestBranch = 200;

    private static readonly UTF8Encoding Strict = new(false, throwOnInvalidBytes: true);

    public void Register(MethodTable methods, RouteTable routes)
    {
        var json = ProtocolJson.Default;
        methods.Add("git.status", json.Nothing, json.GitStatus, (_, _, gone) => repository.StatusAsync(gone), _ => OneAtATime);
        methods.Add("git.diff", json.GitDiff, json.GitFileDiff, (_, diff, gone) => DiffAsync(diff, gone));
        methods.Add("git.branches", json.Nothing, json.GitBranches, (_, _, gone) => BranchesAsync(gone));
        methods.Add("git.init", json.Nothing, json.GitStatus, (_, _, gone) => ChangeAsync(() => git.RunAsync(["init", "--quiet", "--initial-branch=main"], null, gone), gone), _ => OneAtATime);
        methods.Add("git.stage", json.GitPaths, json.GitStatus, (_, paths, gone) => ChangeAsync(() => git.RunAsync(["add", "--all", .. From], List(paths), gone), gone), _ => OneAtATime);
        methods.Add("git.unstage", json.GitPaths, json.GitStatus, (_, paths, gone) => ChangeAsync(() => UnstageAsync(paths, gone), gone), _ => OneAtATime);
        methods.Add("git.discard", json.GitPaths, json.GitStatus, (_, paths, gone) => ChangeAsync(() => DiscardAsync(paths, gone), gone), _ => OneAtATime);
        methods.Add("git.commit", json.GitCommit, json.GitStatus, (client, commit, gone) => ChangeAsync(() => CommitAsync(client, commit, gone), gone), _ => OneAtATime);
        methods.Add("git.switch", json.GitSwitch, json.GitStatus, (_, to, gone) => ChangeAsync(() => git.RunAsync(
            ["switch", "--quiet", .. to.Create ? (string[])["--create"] : ["--no-guess"], Branch(to.Branch)], null, gone), gone), _ => OneAtATime);
    }

    private static string[] From => ["--pathspec-from-file=-", "--pathspec-file-nul"];

    private async Task<GitStatus> ChangeAsync(Func<Task> change, CancellationToken gone)
    {
        space.EnsureRoom();
        session.Touch();
        await documents.CatchUpAsync();
        await change();
        return await repository.StatusAsync(gone);
    }

    private async Task<GitFileDiff> DiffAsync(GitDiff diff, CancellationToken gone)
    {
        _ = RelativePath.Parse(diff.Path);
        await documents.CatchUpAsync();
        var before = await BlobAsync(diff.Staged ? $"HEAD:{diff.From ?? diff.Path}" : $":{diff.Path}", gone);
        var after = diff.Staged ? await BlobAsync($":{diff.Path}", gone) : File(diff.Path);
        try
        {
            return new GitFileDiff(Text(before), Text(after), false);
        }
        catch (DecoderFallbackException)
        {
            return new GitFileDiff(null, null, true);
        }
    }

    private async Task<byte[]?> BlobAsync(string name, CancellationToken gone)
    {
        var (code, output, _) = await git.TryAsync(["cat-file", "blob", name], null, gone);
        return code != 0 ? null : output.Length <= LargestSide ? output : throw TooLarge();
    }

    private byte[]? File(string path)
    {
        try
        {
            return files.ReadBytes(path, LargestSide).Content;
        }
        catch (SessionException e) when (e.Code == ErrorCodes.NotFound)
        {
            return null;
        }
    }

    private static string? Text(byte[]? content) =>
        content is null ? null : content.AsSpan().Contains((byte)0) ? throw new DecoderFallbackException() : Strict.GetString(content);

    private async Task<GitBranches> BranchesAsync(CancellationToken gone) => new(
        Encoding.UTF8.GetString(await git.RunAsync(["branch", "--list", "--sort=-committerdate", "--format=%(refname:short)"], null, gone))
            .Split('\n', StringSplitOptions.RemoveEmptyEntries).Where(name => !name.StartsWith('(')).Take(500).ToList());

    private async Task UnstageAsync(GitPaths paths, CancellationToken gone)
    {
        var (code, _, _) = await git.TryAsync(["rev-parse", "--verify", "--quiet", "HEAD"], null, gone);
        // Before the first commit there is nothing to go back to.
        string[] command = code == 0 ? ["reset", "--quiet"] : ["rm", "--quiet", "--cached", "--force", "-r", "--ignore-unmatch"];
        await git.RunAsync([.. command, .. From], List(paths), gone);
    }

    /// <summary>Files that git knows get back what will be committed; those it does not know are deleted.</summary>
    private async Task DiscardAsync(GitPaths paths, CancellationToken gone)
    {
        if (paths.Paths is not { Count: > 0 } named)
            throw new SessionException(ErrorCodes.InvalidParams, "git.paths", "Name the files whose changes are to be thrown away.");
        var status = await repository.StatusAsync(gone);
        var untracked = status.Files.Where(file => file.Unstaged == GitChange.Untracked).Select(file => file.Path).ToHashSet(StringComparer.Ordinal);
        if (named.Where(path => !untracked.Contains(path)).ToList() is { Count: > 0 } known)
            await git.RunAsync(["restore", "--worktree", .. From], List(new GitPaths(known)), gone);
        foreach (var path in named.Where(untracked.Contains))
            files.Delete(path, recursive: false, gone);
    }

    private async Task CommitAsync(SessionClient client, GitCommit commit, CancellationToken gone)
    {
        if (string.IsNullOrWhiteSpace(commit.Message) || commit.Message.Length > LongestMessage || commit.Message.Contains('\0', StringComparison.Ordinal))
            throw new SessionException(ErrorCodes.InvalidParams, "git.message", $"A commit has a message, of at most {LongestMessage} characters.");
        if (commit.All)
            await git.RunAsync(["add", "--all"], null, gone);
        await git.RunAsync([.. await repository.IdentityAsync(client, gone), "commit", "--quiet", "--file=-"], Encoding.UTF8.GetBytes(commit.Message), gone);
    }

    private static string Branch(string name) =>
        name.Length is > 0 and <= LongestBranch && name[0] != '-' && !name.Any(char.IsControl)
            ? name
            : throw new SessionException(ErrorCodes.InvalidParams, "git.branch", $"A branch's name has 1 to {LongestBranch} characters and does not begin with -.");

    private static byte[] List(GitPaths paths)
    {
        var named = paths.Paths is { Count: > 0 } some ? some : ["."];
        foreach (var path in named.Where(path => path != "."))
            _ = RelativePath.Parse(path);
        return Encoding.UTF8.GetBytes(string.Concat(named.Select(path => path + '\0')));
    }

    private static SessionException TooLarge() => new(ErrorCodes.TooLarge, "git.large", $"This file is larger than {LargestSide >> 20} MiB; compare it in a terminal.", limit: LargestSide);
}
