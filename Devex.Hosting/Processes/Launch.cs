namespace Devex.Hosting.Processes;

/// <summary>All there is to say about a process before it starts.</summary>
/// <param name="Program">Path, or a name found by PATH.</param>
/// <param name="Arguments">Arguments after the program.</param>
/// <param name="WorkingDirectory">Absolute folder.</param>
/// <param name="Environment">Set over what is inherited.</param>
/// <param name="StopSignal">How it is asked to end together with the whole application.</param>
internal sealed record Launch(
    string Program,
    IReadOnlyList<string> Arguments,
    string WorkingDirectory,
    IReadOnlyList<KeyValuePair<string, string>> Environment,
    Signal StopSignal)
{
    /// <summary>Names of variables whose values are for nobody's eyes unless asked for.</summary>
    public IReadOnlySet<string> Secrets { get; init; } = new HashSet<string>();
}

internal enum Signal
{
    Interrupt = 2,
    Kill = 9,
    Terminate = 15,
}
