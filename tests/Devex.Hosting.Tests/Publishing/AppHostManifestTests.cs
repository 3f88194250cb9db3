using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Devex.Testing;

namespace Devex.Hosting.Tests.Publishing;

/// <summary>The product's own manifest, by the command that Aspir8 runs.</summary>
[Trait("Tier", "integration")]
public sealed partial class AppHostManifestTests
{
    private static readonly CancellationToken Cancellation = TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_products_manifest_can_be_deployed_by_Aspir8()
    {
        using var folder = new TempFolder("devex-manifest-");
        await using var appHost = ProgramProcess.Start(
            "/bin/sh",
            [
                "-c", "exec \"$@\" 2>\"$0\"", folder["errors"], BuiltProgram.Path("Devex.AppHost"), "--publisher", "manifest",
                "--output-path", folder["manifest.json"], $"--Devex:DataFolder={folder["data"]}",
            ],
            new Dictionary<string, string?>(), Path.Combine(BuiltProgram.RepositoryRoot, "Devex.AppHost"));
        Assert.Equal(0, await appHost.WaitForExitAsync(TimeSpan.FromMinutes(1), Cancellation));
        // Aspir8 gives up at the first word on standard error.
        Assert.Equal("", await File.ReadAllTextAsync(folder["errors"], Cancellation));
        Assert.False(Directory.Exists(folder["data"]));

        var resources = JsonNode.Parse(await File.ReadAllTextAsync(folder["manifest.json"], Cancellation))!["resources"]!.AsObject();
        Assert.Equal(
            ["core project.v0", "gateway project.v0", "redis container.v0", "web project.v0"],
            resources.Select(resource => $"{resource.Key} {(string?)resource.Value!["type"]}").Where(text => !text.EndsWith(" parameter.v0", StringComparison.Ordinal)
                && !text.EndsWith(" value.v0", StringComparison.Ordinal)).Order(StringComparer.Ordinal));
        var text = resources.ToJsonString();
        Assert.DoesNotContain("localhost", text, StringComparison.Ordinal);
        foreach (var name in Placeholder().Matches(text).Select(match => match.Groups[1].Value).Distinct())
        {
            Assert.True(resources.ContainsKey(name), $"{name} is named and not there.");
        }

        // Only these ports are found by name; any other needs a number, or it becomes port 0.
        foreach (var (name, binding) in resources.SelectMany(resource => resource.Value!["bindings"]?.AsObject() ?? []))
        {
            Assert.True(name is "http" or "https" || binding!["targetPort"] is not null, $"{name} has no port.");
        }
    }

    [GeneratedRegex(@"\{([a-z0-9-]+)\.")]
    private static partial Regex Placeholder();
}
