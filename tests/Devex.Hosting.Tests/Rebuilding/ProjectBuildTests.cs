using Aspire.Hosting;
using Devex.Hosting.Console;
using Devex.Hosting.Rebuilding;
using Devex.Testing;

namespace Devex.Hosting.Tests.Rebuilding;

[Trait("Tier", "integration")]
public sealed class ProjectBuildTests
{
    private static readonly CancellationToken Cancellation = TestContext.Current.CancellationToken;

    [Fact]
    public async Task One_project_is_built_and_what_does_not_compile_says_where()
    {
        using var folder = new TempFolder("devex-build-");
        await File.WriteAllTextAsync(folder["Sample.csproj"], """
            <Project Sdk="Microsoft.NET.Sdk"><PropertyGroup><TargetFramework>net10.0</TargetFramework><OutputType>Exe</OutputType></PropertyGroup></Project>
            """, Cancellation);
        await File.WriteAllTextAsync(folder["Program.cs"], "System.Console.WriteLine(nothing);", Cancellation);
        await using (var restore = ProgramProcess.Start("dotnet", ["restore", folder["Sample.csproj"]], workingDirectory: folder.Path))
        {
            Assert.True(await restore.WaitForExitAsync(TimeSpan.FromMinutes(3), Cancellation) == 0, restore.OutputText);
        }

        using var sample = new Sample();
        var resource = sample.Builder.AddProject("sample", folder["Sample.csproj"], launchProfileName: null).Resource;
        var log = new ConsoleLog(TimeProvider.System);
        var build = new ProjectBuild(log, appHost: null);
        var project = new ProjectPathMetadata(folder["Sample.csproj"]);

        var problem = await build.RunAsync(resource, project, Cancellation);
        Assert.Contains("Program.cs(1,26): error CS0103", problem);
        Assert.Contains(log.After(0), line => line is { Resource: "sample", FromHost: true });
        await File.WriteAllTextAsync(folder["Program.cs"], "System.Console.WriteLine();", Cancellation);
        Assert.Null(await build.RunAsync(resource, project, Cancellation));
        Assert.True(File.Exists(folder["bin/Debug/net10.0/Sample.dll"]));
    }
}
