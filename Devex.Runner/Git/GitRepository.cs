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

    /// <summary>Who commits is who clicks: by the repository's own settings where they are the owner's, and by their name here otherwise.</summary>
    public async Task<string[]> IdentityAsync(SessionClient client, CancellationToken gone)
    {
        if (client.Role == Role.Owner && (await git.TryAsync(["config", "user.email"], null, gone)).Code == 0)
            return [];
        var name = string.Concat(client.Name.Where(c => !char.IsControl(c) && c is not ('<' or '>'))).Trim();
        return ["-c", $"user.name={(name.Length > 0 ? name : client.User.ToString())}", "-c", $"user.email={client.User}@devex.invalid"];
    }

    /// <summary>git tells nobody but by these files.</summary>
    private static GitUnderway? Underway(string folder) =>
        Directory.Exists(Path.Combine(folder, "rebase-merge")) || File.Exists(Path.Combine(folder, "rebase-apply", "rebasing")) ? GitUnderway.Rebase
        : File.Exists(Path.Combine(folder, "MERGE_HEAD")) ? GitUnderway.Merge
        : File.Exists(Path.Combine(folder, "CHERRY_PICK_HEAD")) ? GitUnderway.CherryPick
        : File.Exists(Path.Combine(folder, "REVERT_HEAD")) ? GitUnderway.Revert
        : null;
}
