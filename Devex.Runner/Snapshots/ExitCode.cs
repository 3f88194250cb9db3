namespace Devex.Runner.Snapshots;

/// <summary>Exit codes of <c>restore</c> and <c>save</c>. The truth of a save is the commit.</summary>
internal static class ExitCode
{
    public const int Done = 0, BadUsage = 2, Superseded = 3, OutOfReach = 4, SomeNotKept = 5, NotRestored = 6;
}
