using System.Globalization;
using Devex.Core.Templates;
using Devex.Testing;
using Microsoft.Extensions.Options;
using Xunit;

namespace Devex.Core.Tests.Templates;

/// <summary>The templates of this repository: each folder is complete, small, and its run command works where its tools are.</summary>
[Trait("Tier", "integration")]
public sealed class ShippedTemplatesTests
{
    private const long MaximumBytes = 8 * 1024 * 1024;

    private static readonly string Folder = Path.Combine(BuiltProgram.RepositoryRoot, "templates");

    public static TheoryData<string> Keys =>
        [.. Directory.EnumerateDirectories(Folder).Select(folder => Path.GetFileName(folder)).Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Keys))]
    public void A_template_is_complete_and_small(string key)
    {
        var template = Find(key);
        Assert.NotEmpty(template.Description);
        Assert.True(File.Exists(Path.Combine(template.Folder, template.Icon)), "The icon is missing.");
        Assert.Contains("USER 1000", File.ReadAllText(Path.Combine(template.Folder, "Dockerfile")), StringComparison.Ordinal);
        var workspace = Path.Combine(template.Folder, "workspace");
        Assert.True(File.Exists(Path.Combine(workspace, template.DefaultFile ?? "")), $"There is no {template.DefaultFile} to open first.");
        Assert.True(new DirectoryInfo(workspace).EnumerateFiles("*", SearchOption.AllDirectories).Sum(file => file.Length) < MaximumBytes);
    }

    [Theory]
    [MemberData(nameof(Keys))]
    public async Task Its_run_command_works(string key)
    {
        var template = Find(key);
        Assert.SkipWhen(template.Tools.Any(tool => !IsInstalled(tool)), $"{string.Join(" or ", template.Tools)} is not installed.");
        using var copy = new TempFolder();
        using var home = new TempFolder();
        await Copy(Path.Combine(template.Folder, "workspace"), copy.Path);
        var port = FreePort.Next();
        // timeout hands the signal that stops it to everything the command started; a build server would outlive it and hold its output.
        await using var program = ProgramProcess.Start(
            "/usr/bin/timeout", ["240", "/bin/bash", "-c", template.RunCommand!],
            new Dictionary<string, string?>
            {
                ["PORT"] = port.ToString(CultureInfo.InvariantCulture),
                ["HOME"] = home.Path,
                ["UseSharedCompilation"] = "false",
                ["MSBUILDDISABLENODEREUSE"] = "1",
                ["DOTNET_CLI_USE_MSBUILD_SERVER"] = "0",
            }, copy.Path);
        if (template.Ports.Count > 0)
            await program.WaitForHttpAsync(new Uri($"http://localhost:{port}/"), TimeSpan.FromMinutes(3), TestContext.Current.CancellationToken);
        else
            Assert.Equal(0, await program.WaitForExitAsync(cancellationToken: TestContext.Current.CancellationToken));
    }

    private static TemplateManifest Find(string key) =>
        new TemplateCatalogue(Options.Create(new TemplateOptions { Folder = Folder })).Find(key)
            ?? throw new InvalidOperationException($"templates/{key} has no template.json.");

    private static bool IsInstalled(string tool) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Any(folder => File.Exists(Path.Combine(folder, tool)));

    private static async Task Copy(string from, string to)
    {
        await using var cp = ProgramProcess.Start("/bin/cp", ["-a", from + "/.", to]);
        Assert.Equal(0, await cp.WaitForExitAsync());
    }
}
