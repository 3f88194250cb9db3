namespace Devex.Contracts.Control;

/// <summary>What <c>serve</c> measured since it was last asked. Its user can forge all of it.</summary>
/// <param name="Spans">What took time, oldest first.</param>
/// <param name="Counts">What was counted, by the name of its meter.</param>
/// <param name="Dropped">Spans that were dropped unread since they did not fit into 1 MiB.</param>
public sealed record SessionMeasurements(IReadOnlyList<MeasuredSpan> Spans, IReadOnlyDictionary<string, long> Counts, long Dropped);

/// <param name="Name">What was done.</param>
/// <param name="StartedAt">UTC.</param>
/// <param name="Milliseconds">How long it took.</param>
public sealed record MeasuredSpan(string Name, DateTimeOffset StartedAt, double Milliseconds);
