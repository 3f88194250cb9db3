namespace Devex.Bench.Sessions;

/// <summary>How much load, and for how long.</summary>
/// <param name="Sessions">Sessions in all.</param>
/// <param name="Replicas">Replicas of Core.</param>
/// <param name="PerSecond">Starts, and later stops, that people ask for in a second.</param>
/// <param name="Hold">How long all of them run.</param>
internal sealed record LoadPlan(int Sessions, int Replicas, double PerSecond, TimeSpan Hold)
{
    /// <summary>Each has ten REPLs, and one connection that is told of changes.</summary>
    public int Users => Sessions / 10;

    /// <summary>Sessions whose <c>serve</c> ends and comes back while all are held.</summary>
    public int Restarts => Sessions / 10;

    /// <summary>With 80 of them on each there is room on a node for those that end.</summary>
    public int Nodes => (Sessions + 79) / 80;

    public string Name => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{Sessions:#,0} sessions, {(Replicas == 1 ? "one Core" : $"{Replicas} Cores")}");
}
