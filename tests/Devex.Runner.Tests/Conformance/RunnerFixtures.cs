using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;
using Devex.Testing;
using Xunit;

namespace Devex.Runner.Tests.Conformance;

/// <summary>Names the program that the conformance suite runs.</summary>
public interface IRunnerFixture
{
    string Program { get; }
}

/// <summary>What the build left: runs under the JIT.</summary>
public sealed class JitRunner : IRunnerFixture
{
    public string Program => BuiltProgram.Path("Devex.Runner");
}

/// <summary>
/// The Native AOT program: <c>DEVEX_RUNNER_AOT</c>, or published here, kept in <c>~/.cache/devex</c> under a name made from its sources.
/// </summary>
public sealed class AotRunner : IRunnerFixture, IAsyncLifetime
{
    private static readonly string[] Sources = ["Devex.Runner", "Devex.Contracts", "Devex.Snapshots"];

    public string Program { get; private set; } = "";

    public async ValueTask InitializeAsync()
    {
        if (Environment.GetEnvironmentVariable("DEVEX_RUNNER_AOT") is { Length: > 0 } given)
        {
            Program = given;
            return;
        }
        if (!File.Exists("/usr/bin/gcc") && !File.Exists("/usr/bin/clang"))
            Assert.Skip("Native AOT needs a C toolchain.");
        var cache = Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".cache", "devex", $"runner-{Key()}");
        Program = Path.Combine(cache, "Devex.Runner");
        if (!File.Exists(Program))
            await PublishAsync(cache);
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private static async Task PublishAsync(string cache)
    {
        using var folder = new TempFolder("devex-publish-");
        var project = Path.Combine(BuiltProgram.RepositoryRoot, "Devex.Runner", "Devex.Runner.csproj");
        var start = new ProcessStartInfo("dotnet", ["publish", project, "-c", "Release", "-o", folder["out"], "-m:1", "-v", "q", "-nologo", "-p:RunAnalyzers=false", "--artifacts-path", folder["artifacts"]])
        {
            RedirectStandardOutput = true,
        };
        using var process = Process.Start(start)!;
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.True(process.ExitCode == 0, output);
        Directory.CreateDirectory(cache);
        // Whole or not at all, whoever else publishes it.
        var partial = Path.Combine(cache, $"partial-{Guid.NewGuid():N}");
        File.Copy(folder["out/Devex.Runner"], partial);
        File.Move(partial, Path.Combine(cache, "Devex.Runner"), overwrite: true);
    }

    private static string Key()
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var files = Sources.SelectMany(project => Directory.EnumerateFiles(Path.Combine(BuiltProgram.RepositoryRoot, project), "*.cs*", SearchOption.AllDirectories))
            .Where(file => !file.Contains("/obj/", StringComparison.Ordinal) && !file.Contains("/bin/", StringComparison.Ordinal))
            .Concat(Directory.EnumerateFiles(BuiltProgram.RepositoryRoot, "Directory.*"))
            .Order(StringComparer.Ordinal);
        foreach (var file in files)
        {
            hash.AppendData(Encoding.UTF8.GetBytes(Path.GetRelativePath(BuiltProgram.RepositoryRoot, file)));
            hash.AppendData(File.ReadAllBytes(file));
        }
        return Convert.ToHexStringLower(hash.GetHashAndReset())[..16];
    }
}
