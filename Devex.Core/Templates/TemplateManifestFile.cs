using System.Text.Json;
using System.Text.Json.Serialization;
using Devex.Contracts.Control;
using Devex.Core.Environments;
using Devex.Core.Errors;

namespace Devex.Core.Templates;

/// <summary><c>template.json</c> as it is written.</summary>
internal sealed record TemplateManifestFile(
    string? Name, string? Description, string? Icon, int Order, string? Image, string? RunCommand, string? DefaultFile,
    IReadOnlyList<int>? Ports, IReadOnlyList<string>? Tools, IReadOnlyList<string>? Tags, IReadOnlyList<string>? Excludes, IReadOnlyList<string>? Detects,
    IReadOnlyDictionary<string, string>? Environment, IReadOnlyList<LanguageServerSpec>? LanguageServers)
{
    /// <summary>Reads a template's folder.</summary>
    /// <exception cref="InvalidDataException">It says what is wrong with which template.</exception>
    public static TemplateManifest Read(string folder)
    {
        var key = Path.GetFileName(folder);
        if (key.Length > 32 || !key.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '-'))
            throw new InvalidDataException($"Template folder '{key}': a key has at most 32 characters of a-z, 0-9 and '-'.");
        try
        {
            using var stream = File.OpenRead(Path.Combine(folder, "template.json"));
            var file = JsonSerializer.Deserialize(stream, TemplateJson.Default.TemplateManifestFile)
                ?? throw new InvalidDataException($"Template '{key}': template.json is empty.");
            return file.ToManifest(key, folder);
        }
        catch (JsonException e)
        {
            throw new InvalidDataException($"Template '{key}': template.json cannot be read: {e.Message}", e);
        }
    }

    private TemplateManifest ToManifest(string key, string folder)
    {
        var icon = Required(key, "icon", Icon);
        if (Path.GetFileName(icon) != icon || !icon.EndsWith(".svg", StringComparison.Ordinal) || !File.Exists(Path.Combine(folder, icon)))
            throw new InvalidDataException($"Template '{key}': icon must name an SVG file in its folder.");
        return new TemplateManifest(
            key, folder, Required(key, "name", Name), Required(key, "description", Description), icon, Order, Image ?? $"devex-session-{key}",
            RunCommand, DefaultFile, Ports ?? [], Tools ?? [], Tags ?? [], Excludes ?? [])
        {
            Detects = Detects ?? [],
            Environment = Checked(key, Environment ?? new Dictionary<string, string>()),
            LanguageServers = [.. (LanguageServers ?? []).Select(server => Checked(key, server))],
        };
    }

    private static IReadOnlyDictionary<string, string> Checked(string key, IReadOnlyDictionary<string, string> environment)
    {
        foreach (var (name, value) in environment)
        {
            try
            {
                Variables.Name(name);
                Variables.Value(value);
            }
            catch (ApiProblem e)
            {
                throw new InvalidDataException($"Template '{key}': variable '{name}': {e.Message}", e);
            }
        }
        return environment;
    }

    private static LanguageServerSpec Checked(string key, LanguageServerSpec server) =>
        string.IsNullOrEmpty(server.Id) || string.IsNullOrEmpty(server.Name) || string.IsNullOrEmpty(server.Command) || server.Languages is not { Count: > 0 }
            ? throw new InvalidDataException($"Template '{key}': a language server needs id, name, command and languages.")
            : server with { MemoryMegabytes = server.MemoryMegabytes > 0 ? server.MemoryMegabytes : LanguageServerSpec.UsualMemory };

    private static string Required(string key, string member, string? value) =>
        string.IsNullOrWhiteSpace(value) ? throw new InvalidDataException($"Template '{key}': {member} is missing.") : value;
}

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, ReadCommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true)]
[JsonSerializable(typeof(TemplateManifestFile))]
[JsonSerializable(typeof(StoredTemplate))]
internal sealed partial class TemplateJson : JsonSerializerContext;
