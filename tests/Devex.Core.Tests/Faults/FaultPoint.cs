using Devex.Contracts.Snapshots;
using Devex.Core.Sessions;

namespace Devex.Core.Tests.Faults;

/// <summary>What people do with a REPL.</summary>
public enum FaultPhase
{
    Start,
    Edit,
    Stop,
    Delete,
}

/// <summary>A moment at which something fails: a step that Core takes, or an object that a saver's work puts.</summary>
public readonly record struct FaultPoint(FaultPhase Phase, string Step)
{
    /// <summary>The objects of a continuous save, in their order: the root is the commit.</summary>
    private static readonly string[] Saves = [.. Enum.GetNames<SnapshotObjectKind>(), "Root"];

    /// <summary>All there are, from the steps that the code names.</summary>
    public static IReadOnlyList<FaultPoint> All { get; } =
    [
        .. SessionSteps.Start.Select(step => new FaultPoint(FaultPhase.Start, step.ToString())),
        .. Saves.Select(kind => new FaultPoint(FaultPhase.Edit, kind)),
        .. SessionSteps.Stop.Select(step => new FaultPoint(FaultPhase.Stop, step.ToString())),
        .. SessionSteps.Stop.Select(step => new FaultPoint(FaultPhase.Delete, step.ToString())),
    ];

    /// <summary>
    /// Lives with one kind of failure, each at three moments, until each step has been in one. Stop and deletion go through the same steps: every other one ends in a deletion,
    /// and what one kind meets in a stop the next meets in a deletion.
    /// </summary>
    public static IEnumerable<(FaultPoint Start, FaultPoint Edit, FaultPoint End)> Lives(FaultKind kind)
    {
        var (starts, edits, stops, deletes) = (Of(FaultPhase.Start), Of(FaultPhase.Edit), Of(FaultPhase.Stop), Of(FaultPhase.Delete));
        for (var life = 0; life < Math.Max(starts.Length, Math.Max(edits.Length, stops.Length)); life++)
        {
            var ends = (life + (int)kind) % 2 == 0 ? stops : deletes;
            yield return (starts[life % starts.Length], edits[life % edits.Length], ends[life % ends.Length]);
        }
    }

    public override string ToString() => $"{Phase}.{Step}";

    private static FaultPoint[] Of(FaultPhase phase) => [.. All.Where(point => point.Phase == phase)];
}
