using Devex.Runner.Control;
using Devex.Runner.Programs;
using Devex.Runner.Serving;

namespace Devex.Runner.Terminals;

/// <summary>What programs in terminals are given: nothing of <c>serve</c>'s own environment but its search path.</summary>
internal sealed class TerminalEnvironment(ServeOptions options, SessionState session)
{
    private const string DefaultPath = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

    // Replaces a distribution's prompt, never the user's own, once all start-up files have run.
    private const string Prompt =
        """case $PS1 in *'\u@\h'*|'\s-\v\$ ') PS1='\[\e[1;34m\]\w\[\e[0m\] \$ ';; esac; unset PROMPT_COMMAND""";

    /// <summary>A login shell in <paramref name="folder"/>.</summary>
    public ProgramStart Shell(string folder) => Start(["bash", "-l"], folder, prompt: true);

    /// <summary>One command line, in the workspace.</summary>
    public ProgramStart Command(string command) => Start(["bash", "-lc", command], options.Workspace, prompt: false);

    /// <summary>A program of its own, with variables over those that a shell would get.</summary>
    public ProgramStart Program(string path, IReadOnlyList<string> arguments, IReadOnlyList<string> variables, string folder)
    {
        var start = Start([], folder, prompt: false);
        var set = variables.Select(variable => variable[..(variable.IndexOf('=', StringComparison.Ordinal) + 1)]).ToList();
        return start with
        {
            Path = path,
            Arguments = arguments,
            Environment = [.. start.Environment.Where(variable => !set.Exists(name => variable.StartsWith(name, StringComparison.Ordinal))), .. variables],
        };
    }

    private ProgramStart Start(string[] arguments, string folder, bool prompt)
    {
        var variables = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["PATH"] = Environment.GetEnvironmentVariable("PATH") ?? DefaultPath,
            ["LANG"] = "C.UTF-8",
        };
        if (prompt) variables["PROMPT_COMMAND"] = Prompt;
        foreach (var (name, value) in session.Environment) variables[name] = value;
        foreach (var (name, value) in Fixed()) variables[name] = value;
        return new ProgramStart("/bin/bash", arguments, [.. variables.Select(variable => $"{variable.Key}={variable.Value}")], folder);
    }

    private IEnumerable<(string Name, string Value)> Fixed() =>
    [
        ("TERM", "xterm-256color"),
        ("COLORTERM", "truecolor"),
        ("HOME", options.Home),
        ("USER", "devex"),
        ("LOGNAME", "devex"),
        ("SHELL", "/bin/bash"),
    ];
}
