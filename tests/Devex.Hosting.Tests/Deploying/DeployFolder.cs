using System.Text.Json.Nodes;
using Devex.Testing;

namespace Devex.Hosting.Tests.Deploying;

/// <summary>Our settings for Aspir8, and the example of what it makes of them.</summary>
internal static class DeployFolder
{
    public static string Root { get; } = Path.Combine(BuiltProgram.RepositoryRoot, "deploy", "aspirate");

    public static string Templates { get; } = Path.Combine(Root, "templates");

    /// <summary>The example of <c>aspirate-output</c>.</summary>
    public static string Example { get; } = Path.Combine(BuiltProgram.RepositoryRoot, "tests", "Devex.Hosting.Tests", "Deploying", "aspirate-output");

    /// <summary>What generate.sh gives for secrets, so that none is ever in Aspir8's files.</summary>
    public const string NoSecret = "kept-in-the-secret";

    /// <summary>The product's manifest, by the command that Aspir8 runs.</summary>
    public static async Task<JsonObject> ManifestAsync(CancellationToken cancellationToken)
    {
        using var folder = new TempFolder("devex-manifest-");
        await using var appHost = ProgramProcess.Start(
            BuiltProgram.Path("Devex.AppHost"),
            ["--publisher", "manifest", "--output-path", folder["manifest.json"], $"--Devex:DataFolder={folder["data"]}"],
            workingDirectory: Path.Combine(BuiltProgram.RepositoryRoot, "Devex.AppHost"));
        Assert.Equal(0, await appHost.WaitForExitAsync(TimeSpan.FromMinutes(1), cancellationToken));
        return JsonNode.Parse(await File.ReadAllTextAsync(folder["manifest.json"], cancellationToken))!["resources"]!.AsObject();
    }

    /// <summary>What is given for each parameter: parameters.example.env, and a word for secrets.</summary>
    public static Dictionary<string, string> Parameters(JsonObject manifest)
    {
        var given = File.ReadLines(Path.Combine(Root, "parameters.example.env")).Where(line => line.Length > 0 && line[0] != '#')
            .Select(line => line.Split('=', 2)).ToDictionary(parts => parts[0], parts => parts[1]);
        foreach (var name in Secrets(manifest))
        {
            given.Add(name, NoSecret);
        }

        return given;
    }

    public static IEnumerable<string> Secrets(JsonObject manifest) => manifest
        .Where(resource => (bool?)resource.Value!["inputs"]?["value"]?["secret"] == true).Select(resource => resource.Key);

    public static void Copy(string from, string to)
    {
        foreach (var file in Directory.EnumerateFiles(from, "*", SearchOption.AllDirectories))
        {
            var target = Path.Combine(to, Path.GetRelativePath(from, file));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(file, target, overwrite: true);
        }
    }
}
