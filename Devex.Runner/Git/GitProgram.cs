using System.ComponentModel;
using System.Text;
using Devex.Contracts.Protocol;
using Devex.Runner.Files;
using Devex.Runner.Programs;
using Devex.Runner.Sessions;
using Devex.Runner.Terminals;

namespace Devex.Runner.Git;

/// <summary>Runs the session's <c>git</c> in the workspace, as the person in a terminal would, but never asking anybody anything.</summary>
internal sealed class GitProgram(ProgramTable programs, Workspace workspace, TerminalEnvironment environment, TimeProvider time)
{
    /// <summary>Of more output the end is not read.</summary>
    public const int MaxOutput = 8 << 20;

    private const int MaxErrors = 4096;

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    /// <summary>What git itself wrote is read within this after its end. A hook may have left something running that holds its output, perhaps for ever.</summary>
    private static readonly TimeSpan Afterwards = TimeSpan.FromSeconds(1);

    /// <summary>Literal paths, no prompts, no pager, no editor; looking takes no locks that a terminal would stumble over; no credential in what it traces.</summary>
    private static readonly string[] Variables =
    [
        "GIT_LITERAL_PATHSPECS=1", "GIT_TERMINAL_PROMPT=0", "GIT_PAGER=cat", "GIT_EDITOR=true", "GIT_OPTIONAL_LOCKS=0", "GIT_ASKPASS=true", "SSH_ASKPASS_REQUIRE=never",
        "GIT_TRACE_REDACT=1", "LC_ALL=C.UTF-8",
    ];

    /// <summary>A repository that the workspace happens to lie in is not the user's.</summary>
    private readonly string _ceiling = $"GIT_CEILING_DIRECTORIES={Path.GetDirectoryName(workspace.Path)}";

    private readonly string? _program = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':')
        .Where(folder => folder.StartsWith('/')).Select(folder => Path.Combine(folder, "git")).FirstOrDefault(File.Exists);

    public bool Installed => _program is not null;

    /// <summary>Runs a command that must succeed.</summary>
    /// <exception cref="SessionException">409 with what git said.</exception>
    public async Task<byte[]> RunAsync(IEnumerable<string> arguments, byte[]? input, CancellationToken cancellation)
    {
        var (code, output, errors) = await TryAsync(arguments, input, cancellation);
        return code == 0 ? output : throw new SessionException(ErrorCodes.Conflict, "git.failed", Words(errors.Length > 0 ? errors : Encoding.UTF8.GetString(output)));
    }

    /// <summary>Runs a command; exit code, output, and the end of what it complained of.</summary>
    public async Task<(int Code, byte[] Output, string Errors)> TryAsync(IEnumerable<string> arguments, byte[]? input, CancellationToken cancellation)
    {
        using var limit = new CancellationTokenSource(Limit, time);
        using var end = CancellationTokenSource.CreateLinkedTokenSource(cancellation, limit.Token);
        using var program = Start(arguments);
        using var killed = end.Token.Register(program.Kill);
        var errors = ReadAsync(program.Errors, MaxErrors);
        var output = ReadAsync(program.Output, MaxOutput);
        var writing = WriteAsync(program.Input, input);
        var code = await program.Exited;
        await LetGoAsync(program, Task.WhenAll(errors, output, writing));
        var said = Encoding.UTF8.GetString(await errors);
        cancellation.ThrowIfCancellationRequested();
        return limit.IsCancellationRequested
            ? throw new SessionException(ErrorCodes.Conflict, "git.slow", $"git did not end within {Limit.TotalSeconds:0} s. Use it in a terminal.")
            : (code, await output, said);
    }

    /// <summary>Starts a command in the workspace.</summary>
    /// <exception cref="SessionException">There is no git, or it could not be started.</exception>
    public PipedProgram Start(IEnumerable<string> arguments)
    {
        string[] command = ["git", "-c", "safe.directory=*", "-c", "core.quotePath=false", "-c", "color.ui=false", .. arguments];
        return Start(environment.Program(Program, command, [.. Variables, _ceiling], workspace.Path), asks: false);
    }

    /// <summary>Starts a command apart from the workspace. Where it asks, it has the pipes for that.</summary>
    /// <exception cref="SessionException">There is no git, or it could not be started.</exception>
    public PipedProgram Start(Antechamber at, IEnumerable<string> arguments, bool asks = false) => Start(at.Command(Program, arguments), asks);

    /// <summary>Starts a hook in the workspace; by a shell, for those that do not say what runs them.</summary>
    /// <exception cref="SessionException">It could not be started.</exception>
    public PipedProgram StartHook(string hook, IEnumerable<string> arguments) =>
        Start(environment.Program("/bin/sh", ["sh", "-c", "exec \"$0\" \"$@\"", hook, .. arguments], [.. Variables, _ceiling], workspace.Path), asks: false);

    private string Program => _program ?? throw new SessionException(ErrorCodes.NotFound, "git.missing", "There is no git in this session.");

    private PipedProgram Start(ProgramStart command, bool asks)
    {
        try
        {
            return PipedProgram.Start(programs, command, asks);
        }
        catch (Win32Exception e)
        {
            throw new SessionException(ErrorCodes.InternalError, "git.start", $"git could not be started: {e.Message}.");
        }
    }

    /// <summary>Waits for what reads and writes it, once it has ended; whoever holds its pipes after that is not waited for.</summary>
    public async Task LetGoAsync(PipedProgram program, Task reading)
    {
        using var over = new CancellationTokenSource(Afterwards, time);
        using (over.Token.Register(program.Close))
            await reading;
    }

    /// <summary>Writes what it reads, and no more.</summary>
    public static async Task WriteAsync(Stream stream, byte[]? input)
    {
        try
        {
            if (input is not null)
                await stream.WriteAsync(input);
            stream.Close();
        }
        catch (IOException)
        {
            // It ended without reading all.
        }
    }

    /// <summary>Reads to the end, so that the program never waits, and keeps the beginning.</summary>
    public static async Task<byte[]> ReadAsync(Stream stream, int most)
    {
        using var kept = new MemoryStream();
        var buffer = new byte[16 << 10];
        while (await stream.ReadAsync(buffer) is > 0 and var read)
            kept.Write(buffer, 0, (int)Math.Min(read, most - kept.Length));
        return kept.ToArray();
    }

    /// <summary>What git said, for people.</summary>
    public static string Words(string said)
    {
        var words = said.Trim();
        return words.Length == 0 ? "git did not say why it failed." : words.Length <= 1000 ? words : words[..1000];
    }
}
