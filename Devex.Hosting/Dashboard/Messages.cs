using System.Text.Json.Serialization;

namespace Devex.Hosting.Dashboard;

/// <summary>What the AppHost tells the dashboard: one JSON object per line on the dashboard's standard input.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "kind")]
[JsonDerivedType(typeof(ResourceMessage), "resource")]
[JsonDerivedType(typeof(LinesMessage), "lines")]
[JsonDerivedType(typeof(ParametersMessage), "parameters")]
[JsonDerivedType(typeof(AnswerMessage), "answer")]
internal abstract record HostMessage;

/// <summary>All that is known of a resource now.</summary>
internal sealed record ResourceMessage(ResourceInfo Resource) : HostMessage;

/// <summary>Further lines of consoles, oldest first.</summary>
internal sealed record LinesMessage(IReadOnlyList<ConsoleLine> Lines) : HostMessage;

internal sealed record ParametersMessage(IReadOnlyList<ParameterInfo> Parameters) : HostMessage;

/// <summary>What came of a request.</summary>
internal sealed record AnswerMessage(int Id, bool Success, string? Message) : HostMessage;

/// <summary>What the dashboard tells the AppHost: one JSON object per line on its standard output.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "kind")]
[JsonDerivedType(typeof(ListeningMessage), "listening")]
[JsonDerivedType(typeof(CommandMessage), "command")]
[JsonDerivedType(typeof(GiveMessage), "give")]
internal abstract record DashboardMessage;

/// <summary>The dashboard answers at this port of localhost.</summary>
internal sealed record ListeningMessage(int Port) : DashboardMessage;

internal sealed record CommandMessage(int Id, string Resource, string Command) : DashboardMessage;

/// <summary>A value for a parameter that has none.</summary>
internal sealed record GiveMessage(int Id, string Parameter, string Value, bool Keep) : DashboardMessage;

/// <param name="Name">Name of the resource.</param>
/// <param name="Type">Project, Container, Executable.</param>
/// <param name="State">One of Aspire's known states.</param>
public sealed record ResourceInfo(string Name, string Type, string State)
{
    /// <summary>Healthy, Degraded, Unhealthy; null until it is known.</summary>
    public string? Health { get; init; }

    public IReadOnlyList<HealthInfo> Checks { get; init; } = [];

    public DateTimeOffset? StartedAt { get; init; }

    public DateTimeOffset? EndedAt { get; init; }

    public int? ExitCode { get; init; }

    public int? ProcessId { get; init; }

    /// <summary>Why it does not start, or what it said before it ended; null while all is well.</summary>
    public string? Failure { get; init; }

    /// <summary>The project file, command or image it is made of.</summary>
    public string Source { get; init; } = "";

    public IReadOnlyList<LinkInfo> Links { get; init; } = [];

    public IReadOnlyList<VariableInfo> Environment { get; init; } = [];

    public IReadOnlyList<VariableInfo> Properties { get; init; } = [];

    public IReadOnlyList<ReferenceInfo> References { get; init; } = [];

    public IReadOnlyList<CommandInfo> Commands { get; init; } = [];
}

/// <param name="Name">The check.</param>
/// <param name="Problem">What is wrong; null when nothing is.</param>
/// <param name="Since">When the answer became this one.</param>
public sealed record HealthInfo(string Name, string? Problem, DateTimeOffset Since);

public sealed record LinkInfo(string Url, string Text);

public sealed record VariableInfo(string Name, string Value, bool Secret = false);

/// <param name="Resource">The other resource.</param>
/// <param name="Type">Reference, WaitFor, Parent or what the AppHost says.</param>
public sealed record ReferenceInfo(string Resource, string Type);

/// <param name="Name">Name by which it is executed.</param>
/// <param name="Text">For people.</param>
/// <param name="Confirmation">A question to ask before; null asks nothing.</param>
public sealed record CommandInfo(string Name, string Text, string? Confirmation);

public sealed record ParameterInfo(string Name, string? Description, bool Secret, bool Missing, string? Value);

/// <param name="Number">Grows over all consoles; lines of one AppHost are told apart by it.</param>
/// <param name="Resource">The resource.</param>
/// <param name="Source">The resource or one of its replicas.</param>
/// <param name="At">When it was read.</param>
/// <param name="Text">Without the line's end; escapes as written.</param>
/// <param name="FromHost">Whether the AppHost says it about the resource, rather than the resource itself.</param>
internal sealed record ConsoleLine(long Number, string Resource, string Source, DateTimeOffset At, string Text, bool FromHost);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(HostMessage))]
[JsonSerializable(typeof(DashboardMessage))]
internal sealed partial class MessageJson : JsonSerializerContext;
