using System.Text.Json.Nodes;
using HandlebarsDotNet;

namespace Devex.Hosting.Tests.Deploying;

/// <summary>
/// What <c>aspirate generate</c> (main of 2025-04-27, kustomize format, secrets and dashboard off) writes for a manifest with our templates, as far as our manifest
/// goes. Written from what was seen of the real one; the template engine is the one that it uses.
/// </summary>
internal sealed class AspirateOutput(JsonObject resources, IReadOnlyDictionary<string, string> parameters, string templates)
{
    private const string Namespace = "devex";
    private const string Registry = "registry.example/devex";

    private readonly AspirateValues _values = new(resources, parameters);
    private readonly Dictionary<string, string> _files = [];

    /// <summary>Contents by path in <c>aspirate-output</c>.</summary>
    public IReadOnlyDictionary<string, string> Render()
    {
        var programs = resources.Where(resource => (string?)resource.Value!["type"] is "project.v0" or "container.v0").Select(resource => resource.Key).ToArray();
        foreach (var name in programs)
        {
            Render(name, resources[name]!.AsObject());
        }

        var all = new AspirateData { Namespace = Namespace, Manifests = [.. programs, "namespace.yaml"] };
        Write("namespace.yaml", "namespace", all);
        Write("kustomization.yaml", "kustomization", all);
        return _files;
    }

    private void Render(string name, JsonObject resource)
    {
        var volumes = resource["volumes"]?.AsArray().Select(volume => new AspirateVolume(VolumeName((string)volume!["name"]!), (string)volume["target"]!)).ToArray() ?? [];
        var workload = volumes.Length > 0 ? "statefulset" : "deployment";
        var data = new AspirateData
        {
            Name = name,
            IsProject = (string?)resource["type"] == "project.v0",
            ContainerImage = (string?)resource["image"] ?? $"{Registry}/{name}:latest",
            Entrypoint = (string?)resource["entrypoint"],
            // Placeholders in these stay as they are.
            Args = resource["args"]?.AsArray().Select(argument => (string)argument!).ToArray() ?? [],
            Env = (resource["env"]?.AsObject() ?? []).Select(entry => (entry.Key, Value: _values.Resolve((string)entry.Value!)))
                .Where(entry => entry.Value.Length > 0).ToDictionary(entry => entry.Key, entry => entry.Value),
            Ports = (resource["bindings"]?.AsObject() ?? [])
                .Select(binding => new AspiratePort(binding.Key, _values.TargetPort(name, binding.Key), (int?)binding.Value!["port"] ?? 0)).ToArray(),
            Volumes = volumes,
            Manifests = [$"{workload}.yaml", "service.yaml"],
        };
        Write($"{name}/{workload}.yaml", workload, data);
        Write($"{name}/service.yaml", "service", data);
        Write($"{name}/kustomization.yaml", "kustomization", data);
    }

    private void Write(string path, string template, AspirateData data) =>
        _files[path] = Handlebars.Compile(File.ReadAllText(Path.Combine(templates, template + ".hbs")))(data);

    private static string VolumeName(string name) =>
        name.Replace('/', '-').Replace('.', '-').Replace("--", "-", StringComparison.Ordinal).ToLowerInvariant();
}
