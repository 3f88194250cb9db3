using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json.Nodes;
using Devex.Testing;
using YamlDotNet.RepresentationModel;

namespace Devex.Hosting.Tests.Deploying;

/// <summary>The objects that kustomize makes of an overlay over Aspir8's output. Every scalar is text.</summary>
internal sealed class Rendered
{
    private static readonly string[] Workloads = ["Deployment", "StatefulSet"];

    private static readonly ConcurrentDictionary<string, Lazy<Task<Rendered>>> Overlays = new();

    private Rendered(string text)
    {
        Text = text;
        var yaml = new YamlStream();
        yaml.Load(new StringReader(text));
        Objects = [.. yaml.Documents.Select(document => Json(document.RootNode)!.AsObject())];
    }

    public string Text { get; }

    public IReadOnlyList<JsonObject> Objects { get; }

    /// <summary>Deployments and StatefulSets.</summary>
    public IEnumerable<JsonObject> Programs => Objects.Where(item => Workloads.Contains((string?)item["kind"]));

    /// <summary>What <c>overlays/{overlay}</c> makes of the example, with fresh secrets; rendered once.</summary>
    public static Task<Rendered> OverlayAsync(string overlay) => Overlays.GetOrAdd(overlay, _ => new(() => OverlayAsync(overlay, new Dictionary<string, string>()))).Value;

    /// <summary>What it makes of the example with these files instead of its own.</summary>
    public static async Task<Rendered> OverlayAsync(string overlay, IReadOnlyDictionary<string, string> output)
    {
        using var folder = new TempFolder("devex-overlay-");
        DeployFolder.Copy(DeployFolder.Root, folder.Path);
        DeployFolder.Copy(DeployFolder.Example, folder["aspirate-output"]);
        foreach (var (path, text) in output)
        {
            await File.WriteAllTextAsync(folder[$"aspirate-output/{path}"], text);
        }

        File.Delete(folder["components/secrets/secrets.env"]);
        await RunAsync("/bin/bash", folder["new-secrets.sh"]);
        return new Rendered(await RunAsync(Kubectl(), "kustomize", folder[$"overlays/{overlay}"]));
    }

    public IEnumerable<JsonObject> All(string kind) => Objects.Where(item => (string?)item["kind"] == kind);

    /// <summary>By its name, with or without the hash of its content.</summary>
    public JsonObject One(string kind, string name) =>
        Assert.Single(All(kind), item => Name(item) == name || (Name(item).StartsWith(name + "-", StringComparison.Ordinal) && Name(item).Length == name.Length + 11));

    /// <summary>Those whose pods have all of these labels.</summary>
    public IEnumerable<JsonObject> Selected(JsonNode? labels) => Programs.Where(program => labels!.AsObject().All(
        label => (string?)Pod(program)["metadata"]!["labels"]![label.Key] == (string?)label.Value));

    /// <summary>The environment of a program's container: values, and for secret ones <c>secret:{name}/{key}</c>.</summary>
    public Dictionary<string, string> Environment(JsonObject program)
    {
        var container = Container(program);
        var environment = new Dictionary<string, string>();
        foreach (var source in container["envFrom"]?.AsArray() ?? [])
        {
            var map = Assert.Single(All("ConfigMap"), item => Name(item) == (string?)source!["configMapRef"]!["name"]);
            foreach (var (key, value) in map["data"]?.AsObject() ?? [])
            {
                environment[key] = (string)value!;
            }
        }

        foreach (var variable in container["env"]?.AsArray() ?? [])
        {
            environment[(string)variable!["name"]!] = variable["valueFrom"]?["secretKeyRef"] is { } secret ? $"secret:{secret["name"]}/{secret["key"]}" : (string)variable["value"]!;
        }

        return environment;
    }

    public static string Name(JsonObject item) => (string)item["metadata"]!["name"]!;

    public static JsonObject Pod(JsonObject program) => program["spec"]!["template"]!.AsObject();

    public static JsonObject Container(JsonObject program) => Assert.Single(Pod(program)["spec"]!["containers"]!.AsArray())!.AsObject();

    public static string Port(JsonObject program, string name) =>
        (string)Assert.Single(Container(program)["ports"]!.AsArray(), port => (string?)port!["name"] == name)!["containerPort"]!;

    private static string Kubectl()
    {
        var path = Path.Combine(System.Environment.GetFolderPath(System.Environment.SpecialFolder.UserProfile), ".cache", "devex", "kubectl", "kubectl");
        return File.Exists(path) ? path : throw new InvalidOperationException("kubectl is not set up here: run tests/tools/kubectl.sh once (as root on Debian).");
    }

    private static async Task<string> RunAsync(string program, params string[] arguments)
    {
        using var process = System.Diagnostics.Process.Start(new System.Diagnostics.ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var output = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        var errors = await process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.True(process.ExitCode == 0, string.Create(CultureInfo.InvariantCulture, $"{program} ended with {process.ExitCode}: {errors}"));
        return await output;
    }

    private static JsonNode? Json(YamlNode node) => node switch
    {
        YamlMappingNode map => new JsonObject(map.Children.Select(child => KeyValuePair.Create(((YamlScalarNode)child.Key).Value!, Json(child.Value)))),
        YamlSequenceNode list => new JsonArray([.. list.Children.Select(Json)]),
        YamlScalarNode scalar => JsonValue.Create(scalar.Value),
        _ => throw new InvalidOperationException($"kustomize wrote {node.NodeType}."),
    };
}
