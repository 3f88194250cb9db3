using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Devex.Hosting.Tests.Deploying;

/// <summary>Fills in a manifest's placeholders as Aspir8 does, its gaps included: what it does not know stays as it is.</summary>
internal sealed partial class AspirateValues(JsonObject resources, IReadOnlyDictionary<string, string> parameters)
{
    public string Resolve(string text) => Placeholder().Replace(text, match => Value(match.Groups[1].Value.Split('.')) ?? match.Value);

    /// <summary>The port that a program listens on; 0, which no cluster takes, where neither the manifest nor the binding's name tells it.</summary>
    public int TargetPort(string resource, string binding) =>
        (int?)resources[resource]!["bindings"]![binding]!["targetPort"] ?? binding switch { "http" => 8080, "https" => 8443, _ => 0 };

    private string? Value(string[] path) => path switch
    {
        [var resource, "bindings", var binding, var property] => Binding(resource, binding, property),
        [var name, "value"] when parameters.TryGetValue(name, out var value) => value,
        [var name, "connectionString"] when (string?)resources[name]?["connectionString"] is { } connection => Resolve(connection),
        _ => null,
    };

    private string Binding(string resource, string binding, string property) => property switch
    {
        // Nothing else is an address in a cluster.
        "host" => resource,
        "port" => $"{(int?)resources[resource]!["bindings"]![binding]!["port"] ?? TargetPort(resource, binding)}",
        "targetPort" => $"{TargetPort(resource, binding)}",
        "scheme" => "http",
        "url" => binding switch
        {
            "http" => $"http://{resource}:{TargetPort(resource, binding)}",
            "https" => "",
            _ => $"{resource}:{TargetPort(resource, binding)}",
        },
        _ => throw new InvalidOperationException($"Aspir8 ends with exit code 1501 at {resource}.bindings.{binding}.{property}."),
    };

    [GeneratedRegex(@"\{([^{}]+)\}")]
    private static partial Regex Placeholder();
}
