using System.Reflection;
using System.Reflection.Emit;
using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Devex.Hosting.Console;
using Devex.Hosting.Processes;
using Devex.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace Devex.Hosting.Tests.Rebuilding;

[Trait("Tier", "integration")]
public sealed class ProjectBuildTests
{
    private static readonly CancellationToken Cancellation = TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_project_that_was_changed_runs_as_changed_and_what_does_not_compile_says_where()
    {
        using var folder = new TempFolder("devex-build-");
        var project = folder["Sample.csproj"];
        await File.WriteAllTextAsync(project, """
            <Project Sdk="Microsoft.NET.Sdk"><PropertyGroup><TargetFramework>net10.0</TargetFramework><OutputType>Exe</OutputType></PropertyGroup></Project>
            """, Cancellation);
        await WriteAsync("version one");
        await using (var build = ProgramProcess.Start("dotnet", ["build", project, "-v", "quiet"], workingDirectory: folder.Path))
        {
            Assert.True(await build.WaitForExitAsync(TimeSpan.FromMinutes(3), Cancellation) == 0, build.OutputText);
        }

        using var sample = new Sample();
        sample.Builder.Services.AddSingleton(new BuiltPrograms(AppHostThatBuilt(project, folder["bin/Debug/net10.0/Sample.dll"])));
        sample.Builder.AddProject("sample", project, launchProfileName: null);
        await using var app = sample.Builder.Build();
        await app.StartAsync(Cancellation);
        await sample.Console.WaitForAsync("sample> version one");

        await WriteAsync("version two");
        Assert.True((await RebuildAsync()).Success);
        await sample.Console.WaitForAsync("sample> version two");

        await File.WriteAllTextAsync(folder["Program.cs"], "System.Console.WriteLine(nothing);", Cancellation);
        var refused = await RebuildAsync();
        Assert.False(refused.Success);
        Assert.Contains("Program.cs(1,26): error CS0103", refused.Message);
        Assert.True(app.ResourceNotifications.TryGetCurrentState("sample", out var failed));
        Assert.Equal(KnownResourceStates.FailedToStart, failed.Snapshot.State);
        Assert.Contains("error CS0103", failed.Snapshot.Failure);
        Assert.Contains(app.Services.GetRequiredService<ConsoleLog>().After(0), line => line is { Resource: "sample", FromHost: true } && line.Text.StartsWith("builds ", StringComparison.Ordinal));

        await WriteAsync("version three");
        Assert.True((await RebuildAsync()).Success);
        await sample.Console.WaitForAsync("sample> version three");
        await app.StopAsync(Cancellation);

        Task WriteAsync(string says) => File.WriteAllTextAsync(
            folder["Program.cs"], $"System.Console.WriteLine(\"{says}\"); System.Threading.Thread.Sleep(System.Threading.Timeout.Infinite);", Cancellation);

        Task<ExecuteCommandResult> RebuildAsync() => app.ResourceCommands.ExecuteCommandAsync("sample", "rebuild", Cancellation);
    }

    /// <summary>An assembly with the metadata that the build of an AppHost writes.</summary>
    private static AssemblyBuilder AppHostThatBuilt(string project, string target) => AssemblyBuilder.DefineDynamicAssembly(
        new AssemblyName("SampleAppHost"), AssemblyBuilderAccess.RunAndCollect,
        [new CustomAttributeBuilder(typeof(AssemblyMetadataAttribute).GetConstructor([typeof(string), typeof(string)])!, [$"devex:program:{project}", target])]);
}
