using System.Collections.Concurrent;
using Devex.Contracts.Protocol;
using Devex.Runner.Sessions;

namespace Devex.Runner.Git;

/// <summary>What connections do with remotes: one <see cref="Transfer"/> each at a time.</summary>
internal sealed class GitTransfers(GitProgram git, TimeProvider time)
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(30);

    private readonly ConcurrentDictionary<SessionClient, Transfer> _running = [];

    /// <exception cref="SessionException">git could not, and why.</exception>
    public async Task RunAsync(SessionClient client, GitOperation operation, Func<Transfer, Task> work, CancellationToken gone)
    {
        using var limit = new CancellationTokenSource(Limit, time);
        using var end = CancellationTokenSource.CreateLinkedTokenSource(gone, limit.Token);
        var transfer = new Transfer(client, operation, git, time, end);
        if (!_running.TryAdd(client, transfer))
            throw new SessionException(ErrorCodes.TooMany, "git.busy", "git speaks with the remote already.");
        try
        {
            await work(transfer);
        }
        catch (OperationCanceledException) when (!gone.IsCancellationRequested && end.IsCancellationRequested)
        {
            throw new SessionException(ErrorCodes.Conflict, "git.cancelled", transfer.Cancelled ? "Cancelled." : $"git did not end within {Limit.TotalMinutes:0} min. Use it in a terminal.");
        }
        finally
        {
            _running.TryRemove(client, out _);
        }
    }

    /// <summary>Ends what a connection runs, if anything.</summary>
    public void Cancel(SessionClient client)
    {
        if (_running.TryGetValue(client, out var transfer))
            transfer.Cancel();
    }

    /// <summary>Takes the answer to a question.</summary>
    /// <exception cref="SessionException">This connection was asked nothing of the kind, or it is no credential.</exception>
    public void Answer(SessionClient client, GitCredential credential)
    {
        if (credential.Password is not null && (!IsText(credential.Username, 255) || !IsText(credential.Password, 2000)))
            throw new SessionException(ErrorCodes.InvalidParams, "git.credential", "A user name has 1 to 255 characters, a token 1 to 2000, none of them a control character.");
        if (!_running.TryGetValue(client, out var transfer) || !transfer.Answer(credential))
            throw new SessionException(ErrorCodes.NotFound, "git.ask", "This is not asked, or not any more.");
    }

    private static bool IsText(string? text, int most) => text is { Length: > 0 } && text.Length <= most && !text.Any(char.IsControl);
}
