namespace Devex.Core.Runtimes;

/// <summary>How a command of the runner ended.</summary>
/// <param name="ExitCode">As in docs/architecture.md; null when it is unknown (killed, or the machine went down).</param>
/// <param name="LastWords">The end of its output, for people; empty when it said nothing.</param>
internal sealed record RunOutcome(int? ExitCode, string LastWords)
{
    public static readonly RunOutcome Unknown = new(null, "");

    public bool Succeeded => ExitCode == 0;
}
