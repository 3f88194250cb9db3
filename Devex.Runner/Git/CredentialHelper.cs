using System.Text;
using Devex.Contracts.Protocol;
using Devex.Runner.Programs;

namespace Devex.Runner.Git;

/// <summary>
/// Answers what git asks while it speaks with one repository. git's helper is a line of shell that passes questions and answers on over two pipes which it inherits: nothing is in a
/// file, an argument or a variable. The person is asked once; what is asked for another host or repository is answered with nothing.
/// </summary>
internal sealed class CredentialHelper(HttpsAddress address, Func<string?, CancellationToken, Task<GitCredential?>> ask)
{
    private const int LongestMessage = 4096;
    private const string Nothing = "quit=1";

    // What git says afterwards holds the password, which is read and left alone.
    private static readonly string Script = string.Concat(
        "!f() { ",
        $"printf '%s\\n' \"$1\" >&{PipedProgram.QuestionsNumber}; ",
        $"if test \"$1\" = get; then cat >&{PipedProgram.QuestionsNumber}; else cat >/dev/null; fi; ",
        $"printf '\\n' >&{PipedProgram.QuestionsNumber}; ",
        $"if test \"$1\" = get; then while IFS= read -r line <&{PipedProgram.AnswersNumber} && test -n \"$line\"; do printf '%s\\n' \"$line\"; done; fi; }}; f");

    private GitCredential? _given;

    /// <summary>Settings of git that make this the only helper.</summary>
    public static string[] Settings { get; } = ["credential.helper=", $"credential.helper={Script}", "credential.useHttpPath=true"];

    /// <summary>The host.</summary>
    public string Host => address.Host;

    /// <summary>Whether the person was asked and gave nothing.</summary>
    public bool Declined { get; private set; }

    /// <summary>Whether what was given was not accepted.</summary>
    public bool Refused { get; private set; }

    /// <summary>Who else wanted a credential: a proxy.</summary>
    public string? Stranger { get; private set; }

    /// <summary>Answers until the program has ended.</summary>
    public async Task RunAsync(PipedProgram program, CancellationToken ended)
    {
        var message = new StringBuilder();
        var (bytes, characters, decoder) = (new byte[1024], new char[1024], Encoding.UTF8.GetDecoder());
        try
        {
            // Whoever writes so much is not git.
            while (message.Length <= LongestMessage && await program.Questions.ReadAsync(bytes, CancellationToken.None) is > 0 and var read)
            {
                message.Append(characters, 0, decoder.GetChars(bytes, 0, read, characters, 0));
                for (int end; (end = message.ToString().IndexOf("\n\n", StringComparison.Ordinal)) >= 0; message.Remove(0, end + 2))
                    await TakeAsync(HelperRequest.Parse(message.ToString(0, end)), program.Answers, ended);
            }
        }
        catch (Exception e) when (e is IOException or OperationCanceledException)
        {
            // It has ended, and wants no answer.
        }
        finally
        {
            _given = null;
        }
    }

    private async Task TakeAsync(HelperRequest request, Stream answers, CancellationToken ended)
    {
        if (request.Action == "erase")
            (Refused, _given) = (_given is not null, null);
        if (request.Action != "get")
            return;
        var lines = await GiveAsync(request, ended) is { } credential ? $"username={credential.Username}\npassword={credential.Password}" : Nothing;
        await answers.WriteAsync(Encoding.UTF8.GetBytes($"{lines}\n\n"), CancellationToken.None);
    }

    private async Task<GitCredential?> GiveAsync(HelperRequest request, CancellationToken ended)
    {
        if (!address.IsOf(request))
        {
            Stranger = request.Host;
            return null;
        }
        if (_given is not null || Declined || Refused)
            return _given;
        _given = await ask(request.Username, ended);
        Declined = _given is null;
        return _given;
    }
}
