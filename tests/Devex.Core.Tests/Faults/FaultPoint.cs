using Devex.Contracts.Snapshots;
using Devex.Core.Sessions;
using Xunit;

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

    /// <summary>Lives, each with three moments of failure, until each moment has been in one.</summary>
    public static TheoryData<FaultPoint, FaultPoint, FaultPoint> Lives()
    {
        var (starts, edits, ends) = (Of(FaultPhase.Start), Of(FaultPhase.Edit), (FaultPoint[])[.. Of(FaultPhase.Stop), .. Of(FaultPhase.Delete)]);
        var lives = new TheoryData<FaultPoint, FaultPoint, FaultPoint>();
        for (var life = 0; life < Math.Max(starts.Length, Math.Max(edits.Length, ends.Length)); life++)
            lives.Add(starts[life % starts.Length], edits[life % edits.Length], ends[life % ends.Length]);
        return lives;
    }

    public override string ToString() => $"{Phase}.{Step}";

    private static FaultPoint[] Of(FaultPhase phase) => [.. All.Where(point => point.Phase == phase)];
}
