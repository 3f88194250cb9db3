using System.Text.Json;
using System.Text.Json.Nodes;
using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Devex.Hosting.Console;
using Devex.Testing;
using Microsoft.Extensions.DependencyInjection;
using NJsonSchema;

namespace Devex.Hosting.Tests.Publishing;

public sealed class ManifestTests : IDisposable
{
    private static readonly CancellationToken Cancellation = TestContext.Current.CancellationToken;

    private readonly TempFolder _folder = new("devex-manifest-");
    private readonly RecordedConsole _console = new();

    private string AppHost => _folder["AppHost"];

    private string Manifest => Path.Combine(AppHost, "manifest.json");

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("--publisher", "manifest")]
    [InlineData("--operation", "publish", "--step", "publish-manifest")]
    [InlineData("--operation", "publish", "--publisher", "manifest")]
    public async Task The_manifest_is_value_by_value_what_Aspire_writes(params string[] how)
    {
        var written = await PublishAsync(FullApplication.Describe, how);
        var expected = await File.ReadAllTextAsync(Path.Combine(AppContext.BaseDirectory, "Publishing", "full.manifest.json"), Cancellation);
        Assert.Equal(Normalised(expected), Normalised(written));
    }

    [Fact]
    public async Task The_manifest_obeys_the_schema_of_deployment_tools()
    {
        var text = await File.ReadAllTextAsync(Path.Combine(AppContext.BaseDirectory, "Publishing", "aspire-8.0.schema.json"), Cancellation);
        var rules = JsonNode.Parse(text)!;
        SpellOut(rules);
        var schema = await JsonSchema.FromJsonAsync(rules.ToJsonString(), Cancellation);
        Assert.Empty(schema.Validate(await PublishAsync(FullApplication.Describe, "--publisher", "manifest")));
        Assert.NotEmpty(schema.Validate("""{ "resources": { "x": { "type": "container.v0" } } }"""));
    }

    [Fact]
    public async Task Values_nobody_gave_are_no_obstacle_and_nothing_is_kept()
    {
        await PublishAsync(builder => builder.AddParameter("key", new GenerateParameterDefault { MinLength = 44 }, secret: true, persist: true), "--publisher", "manifest");
        Assert.False(Directory.Exists(_folder["data"]));
    }

    [Fact]
    public async Task A_folder_gets_the_manifest_under_its_usual_name()
    {
        await RunAsync(_ => { }, ["--publisher", "manifest", "--output-path", _folder["out"]]);
        Assert.Equal("""{"resources":{}}""", JsonNode.Parse(await File.ReadAllTextAsync(_folder["out/aspire-manifest.json"], Cancellation))!.ToJsonString());
        Assert.Contains(_folder["out/aspire-manifest.json"], _console.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("only the manifest", "--operation", "publish", "--output-path", "x.json")]
    [InlineData("only the manifest", "--publisher", "docker-compose", "--output-path", "x.json")]
    [InlineData("only the manifest", "--operation", "publish", "--step", "deploy", "--output-path", "x.json")]
    [InlineData("say where", "--publisher", "manifest")]
    public async Task What_cannot_be_published_is_refused_in_words(string words, params string[] arguments)
    {
        var refusal = await Assert.ThrowsAsync<DistributedApplicationException>(() => RunAsync(_ => { }, arguments));
        Assert.Contains(words, refusal.Message, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task Endpoints_have_ports_only_where_somebody_must_know_them()
    {
        var bindings = await BindingsAsync(builder => builder.AddProject("core", "Core.csproj", launchProfileName: null)
            .WithHttpEndpoint(port: 8080)
            .WithHttpEndpoint(name: "sessions", env: "SESSIONS")
            .WithHttpEndpoint(name: "management", targetPort: 9090)
            .WithEndpoint(name: "raw", scheme: "tcp", port: 5000, targetPort: 5000, isExternal: true));
        Assert.Equal(
            """
            http: {"scheme":"http","protocol":"tcp","transport":"http","port":8080}
            sessions: {"scheme":"http","protocol":"tcp","transport":"http","targetPort":8000}
            management: {"scheme":"http","protocol":"tcp","transport":"http","targetPort":9090}
            raw: {"scheme":"tcp","protocol":"tcp","transport":"tcp","targetPort":5000,"external":true}
            """, bindings);
    }

    [Fact]
    public async Task Braces_of_the_text_itself_are_told_from_placeholders()
    {
        var written = await PublishAsync(
            builder =>
            {
                var name = builder.AddParameter("name");
                builder.AddExecutable("tool", "sh", ".").WithEnvironment("FORMAT", $"{{x}} {name} {name.Resource:uri}");
            }, "--publisher", "manifest");
        var resources = JsonNode.Parse(written)!["resources"]!;
        Assert.Equal("{{x}} {name.value} {name-uri-encoded.value}", (string?)resources["tool"]!["env"]!["FORMAT"]);
        Assert.Equal("""{"type":"annotated.string","value":"{name.value}","filter":"uri"}""", resources["name-uri-encoded"]!.ToJsonString());
    }

    [Fact]
    public async Task What_is_excluded_is_not_there()
    {
        var written = await PublishAsync(builder => builder.AddContainer("only-here", "image").ExcludeFromManifest(), "--publisher", "manifest");
        Assert.Equal("""{"resources":{}}""", JsonNode.Parse(written)!.ToJsonString());
    }

    private async Task<string> BindingsAsync(Action<IDistributedApplicationBuilder> describe)
    {
        var written = JsonNode.Parse(await PublishAsync(describe, "--publisher", "manifest"))!;
        return string.Join('\n', written["resources"]!["core"]!["bindings"]!.AsObject().Select(binding => $"{binding.Key}: {binding.Value!.ToJsonString()}"));
    }

    private async Task<string> PublishAsync(Action<IDistributedApplicationBuilder> describe, params string[] how)
    {
        await RunAsync(describe, [.. how, "--output-path", Manifest]);
        return await File.ReadAllTextAsync(Manifest, Cancellation);
    }

    private async Task RunAsync(Action<IDistributedApplicationBuilder> describe, string[] arguments)
    {
        var builder = DistributedApplication.CreateBuilder(new DistributedApplicationOptions
        {
            Args = ["--Devex:DataFolder=" + _folder["data"], .. arguments],
            ProjectDirectory = AppHost,
        });
        builder.Services.AddSingleton<IAppConsole>(_console);
        describe(builder);
        await using var application = builder.Build();
        await application.RunAsync(Cancellation);
    }

    /// <summary>The validator is of draft 4, without <c>const</c> and without properties whose schema is just <c>false</c>: this says the same in its words.</summary>
    private static void SpellOut(JsonNode schema)
    {
        if (schema is JsonArray items)
        {
            foreach (var item in items.OfType<JsonNode>())
            {
                SpellOut(item);
            }
        }
        else if (schema is JsonObject members)
        {
            if (members["properties"] is JsonObject properties)
            {
                foreach (var name in properties.Where(property => property.Value?.GetValueKind() == JsonValueKind.False).Select(property => property.Key).ToArray())
                {
                    properties[name] = new JsonObject { ["not"] = new JsonObject() };
                }
            }

            if (members["const"] is JsonValue only)
            {
                members["enum"] = new JsonArray(only.DeepClone());
                members.Remove("const");
            }

            foreach (var member in members.Select(member => member.Value).OfType<JsonNode>().ToArray())
            {
                SpellOut(member);
            }
        }
    }

    private static string Normalised(string json) => JsonNode.Parse(json)!.ToJsonString(new() { WriteIndented = true });
}
