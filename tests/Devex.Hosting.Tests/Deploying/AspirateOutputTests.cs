using Devex.Testing;

namespace Devex.Hosting.Tests.Deploying;

[Trait("Tier", "integration")]
public sealed class AspirateOutputTests
{
    private static readonly CancellationToken Cancellation = TestContext.Current.CancellationToken;

    /// <summary>With DEVEX_WRITE_ASPIRATE=1 it is written anew.</summary>
    [Fact]
    public async Task The_example_of_Aspir8s_output_is_that_of_our_manifest()
    {
        var manifest = await DeployFolder.ManifestAsync(Cancellation);
        var made = new AspirateOutput(manifest, DeployFolder.Parameters(manifest), DeployFolder.Templates).Render();
        if (Environment.GetEnvironmentVariable("DEVEX_WRITE_ASPIRATE") == "1")
        {
            if (Directory.Exists(DeployFolder.Example))
            {
                Directory.Delete(DeployFolder.Example, recursive: true);
            }

            foreach (var (path, text) in made)
            {
                var file = Path.Combine(DeployFolder.Example, path);
                Directory.CreateDirectory(Path.GetDirectoryName(file)!);
                await File.WriteAllTextAsync(file, text, Cancellation);
            }
        }

        var kept = Directory.EnumerateFiles(DeployFolder.Example, "*", SearchOption.AllDirectories).Select(file => Path.GetRelativePath(DeployFolder.Example, file));
        Assert.Equal(made.Keys.Order(StringComparer.Ordinal), kept.Order(StringComparer.Ordinal));
        foreach (var (path, text) in made)
        {
            Assert.Equal(text, await File.ReadAllTextAsync(Path.Combine(DeployFolder.Example, path), Cancellation));
        }
    }

    [Fact]
    public async Task Aspir8_is_given_every_parameter_and_no_secret()
    {
        using var folder = new TempFolder("devex-generate-");
        DeployFolder.Copy(DeployFolder.Root, folder["deploy/aspirate"]);
        File.Copy(Path.Combine(DeployFolder.Root, "parameters.example.env"), folder["deploy/aspirate/parameters.env"], overwrite: true);
        foreach (var program in (string[])["dotnet", "aspirate"])
        {
            var stub = folder[$"bin/{program}"];
            Directory.CreateDirectory(folder["bin"]);
            await File.WriteAllTextAsync(stub, "#!/bin/sh\nfor argument in \"$@\"; do printf '%s\\n' \"$argument\"; done >\"$RECORD/$(basename \"$0\").txt\"\n", Cancellation);
            File.SetUnixFileMode(stub, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }

        await using var generate = ProgramProcess.Start("/bin/bash", [folder["deploy/aspirate/generate.sh"], "--skip-build"], new Dictionary<string, string?>
        {
            ["PATH"] = $"{folder["bin"]}:{Environment.GetEnvironmentVariable("PATH")}",
            ["RECORD"] = folder.Path,
        });
        Assert.Equal(0, await generate.WaitForExitAsync(TimeSpan.FromMinutes(1), Cancellation));

        var arguments = await File.ReadAllLinesAsync(folder["aspirate.txt"], Cancellation);
        var given = arguments.Zip(arguments.Skip(1)).Where(pair => pair.First == "-pa").Select(pair => pair.Second.Split('=', 2)).ToDictionary(parts => parts[0], parts => parts[1]);
        var manifest = await DeployFolder.ManifestAsync(Cancellation);
        Assert.Equal(
            manifest.Where(resource => (string?)resource.Value!["type"] == "parameter.v0").Select(resource => resource.Key).Order(StringComparer.Ordinal),
            given.Keys.Order(StringComparer.Ordinal));
        Assert.All(DeployFolder.Secrets(manifest), name => Assert.Equal(DeployFolder.NoSecret, given[name]));
        Assert.Equal(["generate", "--non-interactive", "-p", ".", "-m", "./manifest.json"], arguments[..6]);
        Assert.Contains("--disable-secrets", arguments);
        Assert.Contains("--disable-state", arguments);
        Assert.Equal("--skip-build", arguments[^1]);
        Assert.Contains("--publisher", await File.ReadAllLinesAsync(folder["dotnet.txt"], Cancellation));
    }
}
