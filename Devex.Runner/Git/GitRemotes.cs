using System.Text;
using Devex.Contracts.Protocol;
using Devex.Runner.Sessions;

namespace Devex.Runner.Git;

/// <summary>
/// What is done with a remote. Over https in two steps: in an <see cref="Antechamber"/>, where a person's credential may be; then in the workspace, where git takes over what came, or
/// notes what went, by the repository's own settings and without a credential. Over anything else git speaks with the remote from the workspace, as in a terminal.
/// </summary>
internal sealed class GitRemotes(GitProgram git, GitRepository repository)
{
    /// <summary>Brings commits of the remote that the branch follows, or else of <c>origin</c> or the only one.</summary>
    public async Task FetchAsync(Transfer transfer)
    {
        var follows = await repository.FollowsAsync(await repository.BranchAsync(transfer.Ended), transfer.Ended);
        var remotes = await repository.RemotesAsync(transfer.Ended);
        await FetchAsync(transfer, follows is { IsRemote: true } ? follows.Remote : remotes.Contains("origin") ? "origin" : remotes is [var only] ? only : throw await UnknownAsync(transfer));
    }

    /// <summary>Fetches, and brings the branch that is followed into the one that is checked out.</summary>
    public async Task PullAsync(Transfer transfer, IEnumerable<string> identity, GitReconcile? how)
    {
        if (await repository.FollowsAsync(await repository.BranchAsync(transfer.Ended), transfer.Ended) is not { Tracking.Length: > 0 } follows)
            throw await UnknownAsync(transfer);
        if (follows.IsRemote)
            await FetchAsync(transfer, follows.Remote);
        string[] chosen = how switch
        {
            // Who chose has the last word over pull.ff and pull.rebase.
            GitReconcile.Merge => ["--no-rebase", "--ff"],
            GitReconcile.Rebase => ["--rebase"],
            _ => [],
        };
        await transfer.RunAsync([.. identity, "pull", "--progress", "--no-recurse-submodules", .. chosen, ".", follows.Tracking]);
    }

    /// <summary>Brings the branch to the one that it follows; or to <paramref name="publish"/>, under its own name, which it follows from then on.</summary>
    public async Task PushAsync(Transfer transfer, string? publish)
    {
        var branch = await repository.BranchAsync(transfer.Ended) ?? throw new SessionException(ErrorCodes.Conflict, "git.branch", "No branch is checked out. Switch to one, then push it.");
        var follows = await repository.FollowsAsync(branch, transfer.Ended);
        if (publish is not null)
            follows = new Followed(publish, $"refs/heads/{branch}", "");
        if (follows is not { IsRemote: true })
            throw await UnknownAsync(transfer);
        var url = await repository.UrlAsync(follows.Remote, push: true, transfer.Ended);
        if (HttpsAddress.Parse(url) is not { } address)
        {
            await transfer.RunAsync(
                ["push", "--porcelain", "--progress", "--no-recurse-submodules", .. publish is null ? (string[])[] : ["--set-upstream"], "--", follows.Remote, $"refs/heads/{branch}:{follows.Branch}"], IsOpen(url));
            return;
        }
        var commit = await repository.ResolveAsync($"refs/heads/{branch}", transfer.Ended)
            ?? throw new SessionException(ErrorCodes.Conflict, "git.empty", "There is no commit yet that could be pushed.");
        await AskHookAsync(transfer, url, follows, $"refs/heads/{branch}", commit);
        using var chamber = await OpenAsync(transfer);
        await transfer.RunAsync(chamber, address, ["push", "--porcelain", "--progress", "--no-verify", "--no-recurse-submodules", "--", url, $"{commit}:{follows.Branch}"]);
        await NoteAsync(branch, follows, commit, publish is not null);
    }

    private async Task FetchAsync(Transfer transfer, string remote)
    {
        string[] command = ["fetch", "--progress", "--no-recurse-submodules"];
        var url = await repository.UrlAsync(remote, push: false, transfer.Ended);
        if (HttpsAddress.Parse(url) is not { } address)
        {
            await transfer.RunAsync([.. command, "--", remote], IsOpen(url));
            return;
        }
        var wanted = await repository.SettingsAsync($"remote.{remote}.fetch", transfer.Ended);
        using var chamber = await OpenAsync(transfer);
        await transfer.RunAsync(chamber, address, [.. command, "--no-write-fetch-head", "--", url, .. Mirrored(wanted)]);
        await transfer.RunAsync([.. command, "--", chamber.Folder, .. wanted.Count > 0 ? wanted : [$"+refs/heads/*:refs/remotes/{remote}/*"]]);
    }

    /// <summary>What the workspace wants of the remote, under the names that it has there.</summary>
    private static IEnumerable<string> Mirrored(IReadOnlyList<string> wanted)
    {
        var sources = wanted.Where(one => one[0] != '^').Select(one => one.TrimStart('+').Split(':')[0]).Distinct(StringComparer.Ordinal).ToList();
        return (sources.Count > 0 ? sources : ["refs/heads/*"]).Select(source => $"+{source}:{(source.StartsWith("refs/", StringComparison.Ordinal) ? source : $"refs/heads/{source}")}");
    }

    private async Task<Antechamber> OpenAsync(Transfer transfer)
    {
        var (folder, format) = await repository.StoreAsync(transfer.Ended);
        var chamber = new Antechamber();
        try
        {
            using (var made = git.Start(chamber, ["init", "--quiet", "--bare", "--template=", $"--object-format={format}", chamber.Folder]))
            {
                var said = GitProgram.ReadAsync(made.Errors, 4096);
                if (await made.Exited != 0)
                    throw new SessionException(ErrorCodes.Conflict, "git.failed", GitProgram.Words(Encoding.UTF8.GetString(await said)));
            }
            chamber.Join(folder);
            return chamber;
        }
        catch
        {
            chamber.Dispose();
            throw;
        }
    }

    /// <summary>The repository's hook has its say before anybody is asked for a credential.</summary>
    private async Task AskHookAsync(Transfer transfer, string url, Followed follows, string from, string commit)
    {
        if (await repository.HookAsync("pre-push", transfer.Ended) is not { } hook)
            return;
        var there = follows.Tracking.Length == 0 ? null : await repository.ResolveAsync(follows.Tracking, transfer.Ended);
        var (code, output, said) = await transfer.AskHookAsync(hook, [follows.Remote, url], $"{from} {commit} {follows.Branch} {there ?? new string('0', commit.Length)}\n");
        if (code != 0)
            throw new SessionException(ErrorCodes.Conflict, "git.hook", $"The repository's pre-push hook stopped it: {GitProgram.Words($"{output}\n{said}")}");
    }

    /// <summary>What git notes of a push by itself, where it knows the remote.</summary>
    private async Task NoteAsync(string branch, Followed follows, string commit, bool publish)
    {
        // It went; whether somebody still waits for that changes nothing.
        var never = CancellationToken.None;
        if (publish)
        {
            await git.RunAsync(["config", $"branch.{branch}.remote", follows.Remote], null, never);
            await git.RunAsync(["config", $"branch.{branch}.merge", follows.Branch], null, never);
        }
        if (await repository.FollowsAsync(branch, never) is { IsRemote: true, Tracking.Length: > 0 } now)
            await git.RunAsync(["update-ref", "-m", "update by push", now.Tracking, commit], null, never);
    }

    private static bool IsOpen(string url) => url.StartsWith("http://", StringComparison.OrdinalIgnoreCase);

    private async Task<SessionException> UnknownAsync(Transfer transfer) => (await repository.RemotesAsync(transfer.Ended)).Count == 0
        ? new(ErrorCodes.Conflict, "git.remote", "This repository has no remote. Add one first.")
        : new(ErrorCodes.Conflict, "git.upstream", "This branch follows none of a remote yet. Publish it first.");
}
