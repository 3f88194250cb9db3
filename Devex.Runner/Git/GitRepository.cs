using System.Text;
using Devex.Contracts;
using Devex.Contracts.Protocol;
using Devex.Runner.Sessions;

namespace Devex.Runner.Git;

/// <summary>The workspace as a repository: how it stands, and who commits in it.</summary>
internal sealed class GitRepository(GitProgram git)
{
    private static readonly GitStatus None = new(false, true, null, null, null, 0, 0, [], false);

    public async Task<GitStatus> StatusAsync(CancellationToken gone)
    {
        if (!git.Installed)
            return None with { Installed = false };
        // The workspace itself, not a repository that it happens to lie in: paths would be others'.
        var (code, output, _) = await git.TryAsync(["rev-parse", "--show-cdup", "--absolute-git-dir"], null, gone);
        if (code != 0 || Encoding.UTF8.GetString(output).Split('\n') is not ["", var folder, ..])
            return None;
        var status = StatusReader.Read(await git.RunAsync(["status", "--porcelain=v2", "--branch", "-z", "--untracked-files=all"], null, gone));
        return status with { Underway = Underway(folder), Remotes = status.Upstream is null ? await RemotesAsync(gone) : null };
    }

    public async Task<IReadOnlyList<string>> RemotesAsync(CancellationToken gone) =>
        Encoding.UTF8.GetString(await git.RunAsync(["remote"], null, gone)).Split('\n', StringSplitOptions.RemoveEmptyEntries);

    /// <summary>The branch that is checked out; null for none.</summary>
    public async Task<string?> BranchAsync(CancellationToken gone) =>
        await git.TryAsync(["symbolic-ref", "--quiet", "--short", "HEAD"], null, gone) is (0, var output, _) ? Line(output) : null;

    /// <summary>What a branch follows; null for nothing.</summary>
    public async Task<Followed?> FollowsAsync(string? branch, CancellationToken gone)
    {
        if (branch is null)
            return null;
        var told = await git.RunAsync(["for-each-ref", "--format=%(upstream:remotename)%00%(upstream:remoteref)%00%(upstream)", $"refs/heads/{branch}"], null, gone);
        return Line(told).Split('\0') is [{ Length: > 0 } remote, { Length: > 0 } there, var tracking] ? new(remote, there, tracking) : null;
    }

    /// <summary>Where a remote is, as git would speak with it.</summary>
    /// <exception cref="SessionException">There is no such remote.</exception>
    public async Task<string> UrlAsync(string remote, bool push, CancellationToken gone) =>
        (await RemotesAsync(gone)).Contains(remote) ? Line(await git.RunAsync(["remote", "get-url", .. push ? (string[])["--push"] : [], "--", remote], null, gone))
            : throw new SessionException(ErrorCodes.NotFound, "git.remote", "This repository has no such remote.");

    /// <summary>All values of a setting.</summary>
    public async Task<IReadOnlyList<string>> SettingsAsync(string name, CancellationToken gone) =>
        Encoding.UTF8.GetString((await git.TryAsync(["config", "--get-all", name], null, gone)).Output).Split('\n', StringSplitOptions.RemoveEmptyEntries);

    /// <summary>The hash that a name stands for; null for none.</summary>
    public async Task<string?> ResolveAsync(string name, CancellationToken gone) =>
        await git.TryAsync(["rev-parse", "--verify", "--quiet", name], null, gone) is (0, var output, _) ? Line(output) : null;

    /// <summary>The folder that all of its working copies share, and how its objects are hashed.</summary>
    public async Task<(string Folder, string Format)> StoreAsync(CancellationToken gone) =>
        Line(await git.RunAsync(["rev-parse", "--path-format=absolute", "--git-common-dir", "--show-object-format"], null, gone)).Split('\n') is [var folder, var format] ? (folder, format)
            : throw new SessionException(ErrorCodes.Conflict, "git.failed", "git does not say where this repository's objects are.");

    /// <summary>Where a hook is; null where there is none that would run.</summary>
    public async Task<string?> HookAsync(string name, CancellationToken gone)
    {
        var path = Line(await git.RunAsync(["rev-parse", "--path-format=absolute", "--git-path", $"hooks/{name}"], null, gone));
        return File.Exists(path) && (new FileInfo(path).UnixFileMode & UnixFileMode.UserExecute) != 0 ? path : null;
    }

    /// <summary>Who commits is who clicks: by the repository's own settings where they are the owner's, and by their name here otherwise.</summary>
    public async Task<string[]> IdentityAsync(SessionClient client, CancellationToken gone)
    {
        if (client.Role == Role.Owner && (await git.TryAsync(["config", "user.email"], null, gone)).Code == 0)
            return [];
        var name = string.Concat(client.Name.Where(c => !char.IsControl(c) && c is not ('<' or '>'))).Trim();
        return ["-c", $"user.name={(name.Length > 0 ? name : client.User.ToString())}", "-c", $"user.email={client.User}@devex.invalid"];
    }

    private static string Line(byte[] output) => Encoding.UTF8.GetString(output).TrimEnd('\n');

    /// <summary>git tells nobody but by these files.</summary>
    private static GitUnderway? Underway(string folder) =>
        Directory.Exists(Path.Combine(folder, "rebase-merge")) || File.Exists(Path.Combine(folder, "rebase-apply", "rebasing")) ? GitUnderway.Rebase
        : File.Exists(Path.Combine(folder, "MERGE_HEAD")) ? GitUnderway.Merge
        : File.Exists(Path.Combine(folder, "CHERRY_PICK_HEAD")) ? GitUnderway.CherryPick
        : File.Exists(Path.Combine(folder, "REVERT_HEAD")) ? GitUnderway.Revert
        : null;
}
