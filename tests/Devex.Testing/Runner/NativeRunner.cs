using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;

namespace Devex.Testing.Runner;

/// <summary>
/// The runner as Native AOT makes it: <c>DEVEX_RUNNER_AOT</c>, or published here, kept in <c>~/.cache/devex</c> under a name made from its sources.
/// </summary>
public static class NativeRunner
{
    private static readonly string[] Sources = ["Devex.Runner", "Devex.Contracts", "Devex.Snapshots"];

    /// <summary>Whether it is given or can be made: that needs a C toolchain.</summary>
    public static bool IsPossible => Given is not null || File.Exists("/usr/bin/gcc") || File.Exists("/usr/bin/clang");

    private static string? Given => Environment.GetEnvironmentVariable("DEVEX_RUNNER_AOT") is { Length: > 0 } given ? given : null;

    /// <summary>Its path; publishes it first unless these very sources were published before.</summary>
    /// <exception cref="InvalidOperationException">It could not be published, or not in time; the message says why.</exception>
    public static async Task<string> EnsureAsync(TimeSpan limit)
    {
        if (Given is { } given)
            return given;
        if (!IsPossible)
            throw new InvalidOperationException("Native AOT needs a C toolchain: gcc or clang, and zlib's headers.");
        var cache = Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".cache", "devex", $"runner-{Key()}");
        var program = Path.Combine(cache, "Devex.Runner");
        if (!File.Exists(program))
            await PublishAsync(cache, limit);
        return program;
    }

    private static async Task PublishAsync(string cache, TimeSpan limit)
    {
        using var folder = new TempFolder("devex-publish-");
        var project = Path.Combine(BuiltProgram.RepositoryRoot, "Devex.Runner", "Devex.Runner.csproj");
        var start = new ProcessStartInfo("dotnet", ["publish", project, "-c", "Release", "-o", folder["out"], "-m:1", "-v", "q", "-nologo", "-nodeReuse:false", "-p:UseSharedCompilation=false", "-p:RunAnalyzers=false", "--artifacts-path", folder["artifacts"]])
        {
            RedirectStandardOutput = true,
        };
        using var process = Process.Start(start)!;
        var (output, ended) = (process.StandardOutput.ReadToEndAsync(), process.WaitForExitAsync());
        try
        {
            await Task.WhenAll(output, ended).WaitAsync(limit);
        }
        catch (TimeoutException)
        {
            process.Kill(entireProcessTree: true);
            throw new InvalidOperationException($"The runner was not published within {limit}.");
        }
        if (process.ExitCode != 0)
            throw new InvalidOperationException($"The runner could not be published:\n{await output}");
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
