using System.Text;
using Devex.Contracts.Protocol;
using Devex.Runner.Programs;

namespace Devex.Runner.Git;

/// <summary>
/// Answers the credential requests of one operation. git's helper is a line of shell that speaks with us over two pipes which it inherits: nothing is in a file, an argument or a
/// variable, and nobody else's helper sees what a person gave (an earlier one in git's settings would store it).
/// </summary>
internal sealed class CredentialHelper(GitOperation operation, Func<GitCredentialAsked, CancellationToken, Task<GitCredential?>> ask)
{
    private const int LongestMessage = 4096;
    private const int MostQuestions = 5;

    // The first line says who asks, and comes back in front of the answer. What git says afterwards holds the password, which is read and left alone.
    private static readonly string Script = string.Concat(
        "!f() { if test \"$1\" = get; then q=$(cat); else cat >/dev/null; q=; fi; ",
        $"printf '%s\\n%s\\n%s\\n\\n' \"$$\" \"$1\" \"$q\" >&{PipedProgram.QuestionsNumber}; ",
        "test \"$1\" = get || return 0; ",
        $"IFS= read -r id <&{PipedProgram.AnswersNumber} && test \"$id\" = \"$$\" || {{ echo quit=1; return 0; }}; ",
        $"while IFS= read -r line <&{PipedProgram.AnswersNumber} && test -n \"$line\"; do printf '%s\\n' \"$line\"; done; }}; f");

    private HelperRequest? _answered;
    private GitCredential? _given;
    private int _questions;

    /// <summary>Settings of git that leave this helper as the only one, one request at a time.</summary>
    public static string[] Settings { get; } =
        ["-c", "credential.helper=", "-c", $"credential.helper={Script}", "-c", "credential.useHttpPath=true", "-c", "fetch.parallel=1"];

    /// <summary>The host that did not accept what was given.</summary>
    public string? RefusedBy { get; private set; }

    /// <summary>Whether nothing was given.</summary>
    public bool Declined { get; private set; }

    /// <summary>Whether it was asked for where others could read it.</summary>
    public bool Insecure { get; private set; }

    /// <summary>Answers until the program has ended.</summary>
    public async Task RunAsync(PipedProgram program, CancellationToken ended)
    {
        var message = new StringBuilder();
        var (bytes, characters, decoder) = (new byte[1024], new char[1024], Encoding.UTF8.GetDecoder());
        try
        {
            while (await program.Questions.ReadAsync(bytes, CancellationToken.None) is > 0 and var read)
            {
                message.Append(characters, 0, decoder.GetChars(bytes, 0, read, characters, 0));
                for (int end; (end = message.ToString().IndexOf("\n\n", StringComparison.Ordinal)) >= 0; message.Remove(0, end + 2))
                {
                    // Empty lines between the messages: there were no attributes.
                    if (HelperRequest.Parse(message.ToString(0, end).TrimStart('\n')) is { } request)
                        await TakeAsync(request, program.Answers, ended);
                }
                // Whoever writes so much is not git.
                if (message.Length > LongestMessage)
                    return;
            }
        }
        catch (Exception e) when (e is IOException or OperationCanceledException)
        {
            // It has ended, and wants no answer.
        }
        finally
        {
            (_given, _answered) = (null, null);
        }
    }

    private async Task TakeAsync(HelperRequest request, Stream answers, CancellationToken ended)
    {
        if (request.Action == "erase")
        {
            RefusedBy = _answered?.Host;
            _given = null;
        }
        if (request.Action != "get")
            return;
        var credential = await GiveAsync(request, ended);
        var lines = credential is null ? "quit=1" : $"username={credential.Username}\npassword={credential.Password}";
        await answers.WriteAsync(Encoding.UTF8.GetBytes($"{request.Id}\n{lines}\n\n"), CancellationToken.None);
    }

    private async Task<GitCredential?> GiveAsync(HelperRequest request, CancellationToken ended)
    {
        if (_given is not null && _answered?.IsLike(request) == true)
            return _given;
        if (request.Protocol != "https" || request.Host.Length == 0)
        {
            Insecure = true;
            return null;
        }
        if (++_questions > MostQuestions)
            return null;
        var given = await ask(new GitCredentialAsked("", operation, request.Host, request.Path, request.Username), ended);
        Declined = given is null;
        (_answered, _given) = (request, given);
        return given;
    }
}
