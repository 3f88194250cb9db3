namespace Devex.Dashboard.Telemetry;

/// <summary>An attribute, its value as text.</summary>
internal sealed record Fact(string Name, string Value);

/// <param name="Name">Its service.name, which is the resource's.</param>
/// <param name="Attributes">What else it says of itself.</param>
internal sealed record Sender(string Name, IReadOnlyList<Fact> Attributes)
{
    public static Sender Unknown { get; } = new("unknown", []);
}

internal sealed record LogRecord(
    string Resource, string Category, DateTimeOffset At, LogLevel Level, string Message, string TraceId, string SpanId, IReadOnlyList<Fact> Attributes)
{
    /// <summary>Grows with every record taken.</summary>
    public long Number { get; init; }

    public string? Exception => Attributes.FirstOrDefault(fact => fact.Name == "exception.stacktrace")?.Value;

    public int Size => Sizes.Of(Attributes) + (Message.Length * sizeof(char));
}

internal sealed record SpanEvent(DateTimeOffset At, string Name, IReadOnlyList<Fact> Attributes);

internal sealed record Span(
    string TraceId, string SpanId, string ParentId, string Resource, string Scope, string Name, string Kind, DateTimeOffset Start, TimeSpan Duration,
    bool Failed, string Problem, IReadOnlyList<Fact> Attributes, IReadOnlyList<SpanEvent> Events)
{
    /// <summary>Measured by a program that runs a user's code: anything in it may be invented.</summary>
    public bool Untrusted => Attributes.Any(fact => fact is { Name: "devex.untrusted", Value: "true" });

    public DateTimeOffset End => Start + Duration;

    public int Size => Sizes.Of(Attributes) + Events.Sum(happened => Sizes.Of(happened.Attributes)) + (Name.Length * sizeof(char));
}

internal enum MetricShape
{
    Gauge,
    Sum,
    Histogram,
}

internal readonly record struct InstrumentId(string Resource, string Meter, string Name);

internal sealed record InstrumentInfo(MetricShape Shape, string Description, string Unit);

/// <param name="At">When it was measured.</param>
/// <param name="Value">The value; of a histogram the sum.</param>
/// <param name="Count">Of a histogram, how many.</param>
/// <param name="Buckets">Of a histogram, how many between two bounds.</param>
/// <param name="Bounds">Upper bounds of all buckets but the last.</param>
internal sealed record MetricPoint(DateTimeOffset At, double Value, long Count, IReadOnlyList<long> Buckets, IReadOnlyList<double> Bounds);

/// <summary>What things weigh in memory, about.</summary>
internal static class Sizes
{
    private const int Object = 200;

    public static int Of(IReadOnlyList<Fact> facts) => Object + facts.Sum(fact => 64 + ((fact.Name.Length + fact.Value.Length) * sizeof(char)));
}
