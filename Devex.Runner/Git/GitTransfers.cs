using System.Collections.Concurrent;
using System.Text;
using Devex.Contracts.Protocol;
using Devex.Runner.Programs;
using Devex.Runner.Sessions;

namespace Devex.Runner.Git;

/// <summary>
/// Runs git with a remote, for one connection: (1) it is told how far git is; (2) it is asked for a credential, and it alone answers; (3) it may cancel; (4) where it is gone, git
/// is ended. Ended gently, so that git takes its locks away.
/// </summary>
internal sealed class GitTransfers(GitProgram git, TimeProvider time)
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(30);
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(5);

    /// <summary>A remote that says nothing for a minute is given up; submodules, which may be anybody's, are left alone.</summary>
    private static readonly string[] Settings = [.. CredentialHelper.Settings, "-c", "http.lowSpeedLimit=1", "-c", "http.lowSpeedTime=60"];

    private readonly ConcurrentDictionary<SessionClient, Transfer> _running = [];

    /// <exception cref="SessionException">git could not, and why.</exception>
    public async Task RunAsync(SessionClient client, GitOperation operation, IEnumerable<string> arguments, CancellationToken gone)
    {
        using var limit = new CancellationTokenSource(Limit, time);
        using var end = CancellationTokenSource.CreateLinkedTokenSource(gone, limit.Token);
        var transfer = new Transfer(end);
        if (!_running.TryAdd(client, transfer))
            throw new SessionException(ErrorCodes.TooMany, "git.busy", "git speaks with the remote already.");
        try
        {
            var helper = new CredentialHelper(operation, (asked, ended) => AskAsync(client, transfer, asked, ended));
            var (code, output, said) = await RunAsync([.. Settings, .. arguments], client, helper, end.Token);
            gone.ThrowIfCancellationRequested();
            if (end.IsCancellationRequested)
                throw new SessionException(ErrorCodes.Conflict, "git.cancelled", transfer.Cancelled ? "Cancelled." : $"git did not end within {Limit.TotalMinutes:0} min. Use it in a terminal.");
            if (code != 0)
                throw TransferFailures.Of(output, said, helper);
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

    private static Task<GitCredential?> AskAsync(SessionClient client, Transfer transfer, GitCredentialAsked asked, CancellationToken ended)
    {
        var (name, answer) = transfer.Ask();
        client.Notify("git.credentialAsked", asked with { Ask = name }, ProtocolJson.Default.GitCredentialAsked);
        return answer.WaitAsync(ended);
    }

    private async Task<(int Code, string Output, string Said)> RunAsync(string[] arguments, SessionClient client, CredentialHelper helper, CancellationToken end)
    {
        using var program = git.Start(arguments, asks: true);
        await using var ending = end.Register(() => _ = EndAsync(program));
        program.Input.Close();
        var errors = new ProgressReader(time, now => client.Notify("git.progress", now, ProtocolJson.Default.GitProgress));
        var output = GitProgram.ReadAsync(program.Output, GitProgram.MaxOutput);
        var reading = errors.RunAsync(program.Errors);
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(end);
        var answering = helper.RunAsync(program, ended.Token);
        var code = await program.Exited;
        await ended.CancelAsync();
        await git.LetGoAsync(program, Task.WhenAll(output, reading, answering));
        return (code, Encoding.UTF8.GetString(await output), errors.Said);
    }

    private async Task EndAsync(PipedProgram program)
    {
        program.Terminate();
        await Task.WhenAny(program.Exited, Task.Delay(Grace, time));
        program.Kill();
    }

    /// <summary>What one connection runs.</summary>
    private sealed class Transfer(CancellationTokenSource end)
    {
        private readonly Lock _gate = new();
        private string? _name;
        private TaskCompletionSource<GitCredential?>? _answer;

        public bool Cancelled { get; private set; }

        public void Cancel()
        {
            Cancelled = true;
            try
            {
                end.Cancel();
            }
            catch (ObjectDisposedException)
            {
                // It is over.
            }
        }

        public (string Name, Task<GitCredential?> Answer) Ask()
        {
            lock (_gate)
            {
                (_name, _answer) = (Guid.NewGuid().ToString("N"), new(TaskCreationOptions.RunContinuationsAsynchronously));
                return (_name, _answer.Task);
            }
        }

        public bool Answer(GitCredential credential)
        {
            lock (_gate)
                return credential.Ask == _name && _answer!.TrySetResult(credential.Password is null ? null : credential);
        }
    }
}
