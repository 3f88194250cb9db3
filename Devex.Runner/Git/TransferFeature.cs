using System.Text;
using Devex.Contracts.Protocol;
using Devex.Runner.Access;
using Devex.Runner.Control;
using Devex.Runner.Documents;
using Devex.Runner.Saves;
using Devex.Runner.Sessions;

namespace Devex.Runner.Git;

/// <summary>The methods of <c>git.*</c> that speak with a remote, and those that go on where a pull stopped.</summary>
internal sealed class TransferFeature(GitProgram git, GitRepository repository, GitRemotes remotes, GitTransfers transfers, DocumentStore documents, SessionState session, SpaceGuard space) : ISessionFeature
{
    private const string OneAtATime = "git";
    private const int LongestName = 100;
    private const int LongestAddress = 1000;

    public void Register(MethodTable methods, RouteTable routes)
    {
        var json = ProtocolJson.Default;
        methods.Add("git.addRemote", json.GitRemote, json.GitStatus, (_, remote, gone) => AddRemoteAsync(remote, gone), _ => OneAtATime);
        methods.Add("git.fetch", json.Nothing, json.GitStatus, (client, _, gone) => FetchAsync(client, gone));
        methods.Add("git.pull", json.GitPull, json.GitStatus, (client, pull, gone) => PullAsync(client, pull, gone));
        methods.Add("git.push", json.GitPush, json.GitStatus, (client, push, gone) => PushAsync(client, push, gone));
        methods.Add("git.continue", json.Nothing, json.GitStatus, (client, _, gone) => GoOnAsync(client, "--continue", gone), _ => OneAtATime);
        methods.Add("git.abort", json.Nothing, json.GitStatus, (client, _, gone) => GoOnAsync(client, "--abort", gone), _ => OneAtATime);
        methods.Add("git.cancel", json.Nothing, json.Nothing, (client, nothing, _) =>
        {
            transfers.Cancel(client);
            return Task.FromResult(nothing);
        });
        methods.Add("git.credential", json.GitCredential, json.Nothing, (client, credential, _) =>
        {
            transfers.Answer(client, credential);
            return Task.FromResult(new Nothing());
        });
    }

    private async Task<GitStatus> FetchAsync(SessionClient client, CancellationToken gone)
    {
        space.EnsureRoom();
        session.Touch();
        await transfers.RunAsync(client, GitOperation.Fetch, remotes.FetchAsync, gone);
        return await repository.StatusAsync(gone);
    }

    private async Task<GitStatus> PullAsync(SessionClient client, GitPull pull, CancellationToken gone)
    {
        space.EnsureRoom();
        session.Touch();
        await documents.CatchUpAsync();
        var identity = await repository.IdentityAsync(client, gone);
        await transfers.RunAsync(client, GitOperation.Pull, transfer => remotes.PullAsync(transfer, identity, pull.How), gone);
        return await repository.StatusAsync(gone);
    }

    private async Task<GitStatus> PushAsync(SessionClient client, GitPush push, CancellationToken gone)
    {
        session.Touch();
        await transfers.RunAsync(client, GitOperation.Push, transfer => remotes.PushAsync(transfer, push.Publish), gone);
        return await repository.StatusAsync(gone);
    }

    private async Task<GitStatus> AddRemoteAsync(GitRemote remote, CancellationToken gone)
    {
        if (remote.Name.Length is 0 or > LongestName || !char.IsAsciiLetterOrDigit(remote.Name[0]) || !remote.Name.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '_' or '-'))
            throw new SessionException(ErrorCodes.InvalidParams, "git.remote", $"A remote's name has 1 to {LongestName} letters, digits and ._-.");
        var url = remote.Url;
        // With :: an address names a program.
        if (url.Length is 0 or > LongestAddress || url[0] == '-' || url.Any(c => char.IsControl(c) || char.IsWhiteSpace(c)) || url.Contains("::", StringComparison.Ordinal))
            throw new SessionException(ErrorCodes.InvalidParams, "git.address", "Give the address of a repository, such as https://example.org/somebody/project.git.");
        if (Uri.TryCreate(url, UriKind.Absolute, out var parsed) && parsed.UserInfo.Contains(':', StringComparison.Ordinal))
            throw new SessionException(ErrorCodes.InvalidParams, "git.address", "The address must not hold a password, which would stay in the REPL. You are asked for it when it is needed.");
        session.Touch();
        await git.RunAsync(["remote", "add", "--", remote.Name, url], null, gone);
        return await repository.StatusAsync(gone);
    }

    private async Task<GitStatus> GoOnAsync(SessionClient client, string how, CancellationToken gone)
    {
        if (how != "--abort")
            space.EnsureRoom();
        session.Touch();
        await documents.CatchUpAsync();
        var underway = (await repository.StatusAsync(gone)).Underway ?? throw new SessionException(ErrorCodes.Conflict, "git.underway", "Nothing is in the middle of being merged or rebased.");
        var command = underway == GitUnderway.CherryPick ? "cherry-pick" : underway.ToString().ToLowerInvariant();
        var (code, output, said) = await git.TryAsync([.. await repository.IdentityAsync(client, gone), command, how], null, gone);
        return code == 0 ? await repository.StatusAsync(gone) : throw TransferFailures.Of(Encoding.UTF8.GetString(output), said);
    }
}
