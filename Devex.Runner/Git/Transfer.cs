using System.Text;
using Devex.Contracts.Protocol;
using Devex.Runner.Programs;
using Devex.Runner.Sessions;

namespace Devex.Runner.Git;

/// <summary>
/// One fetch, pull or push of one connection: (1) it is told how far git is; (2) it is asked for a credential, and it alone answers; (3) it may cancel; (4) where it is gone, git is
/// ended. Ended gently, so that git takes its locks away.
/// </summary>
internal sealed class Transfer(SessionClient client, GitOperation operation, GitProgram git, TimeProvider time, CancellationTokenSource end)
{
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(5);

    private readonly Lock _gate = new();
    private string? _name;
    private TaskCompletionSource<GitCredential?>? _answer;

    public CancellationToken Ended => end.Token;

    public bool Cancelled { get; private set; }

    /// <summary>Runs the session's git in the workspace; it gets no credential.</summary>
    /// <param name="arguments">Of git.</param>
    /// <param name="open">Whether the remote is spoken with for everybody to hear.</param>
    /// <exception cref="SessionException">git could not, and why.</exception>
    public async Task RunAsync(IEnumerable<string> arguments, bool open = false)
    {
        using var program = git.Start(arguments);
        var (code, output, said) = await RunAsync(program, null);
        if (code != 0)
            throw TransferFailures.Of(output, said, open);
    }

    /// <summary>Runs a hook of the workspace's, as git would.</summary>
    public async Task<(int Code, string Output, string Said)> AskHookAsync(string hook, IEnumerable<string> arguments, string input)
    {
        using var program = git.StartHook(hook, arguments);
        return await RunAsync(program, null, Encoding.UTF8.GetBytes(input));
    }

    /// <summary>Runs git apart from the workspace, with the credential that the person gives, if it is asked for one.</summary>
    /// <exception cref="SessionException">git could not, and why.</exception>
    public async Task RunAsync(Antechamber at, HttpsAddress address, IEnumerable<string> arguments)
    {
        var helper = new CredentialHelper(address, (username, ended) => AskAsync(address, username, ended));
        using var program = git.Start(at, arguments, asks: true);
        var (code, output, said) = await RunAsync(program, helper);
        if (code != 0)
            throw TransferFailures.Of(output, said, helper);
    }

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

    /// <summary>Takes the answer; false where this is not asked.</summary>
    public bool Answer(GitCredential credential)
    {
        lock (_gate)
            return credential.Ask == _name && _answer!.TrySetResult(credential.Password is null ? null : credential);
    }

    private Task<GitCredential?> AskAsync(HttpsAddress address, string? username, CancellationToken ended)
    {
        Task<GitCredential?> answer;
        lock (_gate)
        {
            (_name, _answer) = (Guid.NewGuid().ToString("N"), new(TaskCreationOptions.RunContinuationsAsynchronously));
            answer = _answer.Task;
        }
        client.Notify("git.credentialAsked", new GitCredentialAsked(_name, operation, address.Host, address.Path, username), ProtocolJson.Default.GitCredentialAsked);
        return answer.WaitAsync(ended);
    }

    private async Task<(int Code, string Output, string Said)> RunAsync(PipedProgram program, CredentialHelper? helper, byte[]? input = null)
    {
        await using var ending = Ended.Register(() => _ = EndAsync(program));
        var writing = GitProgram.WriteAsync(program.Input, input);
        var errors = new ProgressReader(time, now => client.Notify("git.progress", now, ProtocolJson.Default.GitProgress));
        var output = GitProgram.ReadAsync(program.Output, GitProgram.MaxOutput);
        var reading = errors.RunAsync(program.Errors);
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(Ended);
        var answering = helper?.RunAsync(program, ended.Token) ?? Task.CompletedTask;
        var code = await program.Exited;
        await ended.CancelAsync();
        await git.LetGoAsync(program, Task.WhenAll(output, reading, writing, answering));
        Ended.ThrowIfCancellationRequested();
        return (code, Encoding.UTF8.GetString(await output), errors.Said);
    }

    private async Task EndAsync(PipedProgram program)
    {
        program.Terminate();
        await Task.WhenAny(program.Exited, Task.Delay(Grace, time));
        program.Kill();
    }
}
