using System.Diagnostics;
using Devex.Testing;

namespace Devex.Hosting.Tests.Booting;

/// <summary>What somebody does who has just cloned the repository, and what CI does: one command, from sources, with no folder or key given.</summary>
[Trait("Tier", "integration")]
public sealed class CleanCloneTests
{
    private static readonly CancellationToken Cancellation = TestContext.Current.CancellationToken;

    // Restoring and building everything, the client's packages included, on a machine that may be busy.
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(15);

    [Fact]
    public async Task Dotnet_run_in_a_clean_clone_starts_everything_without_an_error_and_leaves_nothing()
    {
        using var clone = new TempFolder("devex-clone-");
        await CloneAsync(clone.Path);
        var mark = new Marked();
        var webPort = FreePort.Next();
        // setsid, for then a Ctrl-C can be sent to the whole foreground group, as a terminal does.
        await using var run = ProgramProcess.Start(
            "setsid",
            ["dotnet", "run", "--project", "Devex.AppHost", "--", $"--Ports:Web={webPort}", $"--Ports:Gateway={FreePort.Next()}"],
            new Dictionary<string, string?>
            {
                [mark.Variable.Key] = mark.Variable.Value,
                // Build servers that stay for the next build would count as left behind.
                ["MSBUILDDISABLENODEREUSE"] = "1",
                ["UseSharedCompilation"] = "false",
                ["DOTNET_CLI_USE_MSBUILD_SERVER"] = "0",
                // Style was looked at when the tests were built.
                ["RunAnalyzers"] = "false",
                ["DEVEX_DATA"] = null,
                // Of the test run's own build.
                ["MSBuildSDKsPath"] = null,
                ["MSBuildExtensionsPath"] = null,
            },
            clone.Path);
        await run.WaitForLineAsync($"Devex is ready: http://localhost:{webPort}", Patience, Cancellation);
        using var http = new HttpClient();
        Assert.Equal("Healthy", await http.GetStringAsync($"http://localhost:{webPort}/health", Cancellation));
        Assert.True(Directory.Exists(clone[".devex/volumes/devex-s3"]), "The data folder is not where it is by default.");
        Assert.True(Directory.Exists(clone[".devex/runtime"]), "Sessions are not kept beside the data of Redis and S3.");

        using (var interrupt = Process.Start("kill", ["-INT", "--", $"-{run.Id}"]))
        {
            await interrupt.WaitForExitAsync(Cancellation);
        }

        Assert.Equal(0, await run.WaitForExitAsync(TimeSpan.FromMinutes(2), Cancellation));
        Assert.DoesNotContain(run.Output, line =>
            line.Contains("| fail:", StringComparison.Ordinal) || line.Contains("| crit:", StringComparison.Ordinal));
        await mark.WaitUntilGoneAsync(Cancellation);
    }

    /// <summary>Everything that git would bring, as it stands in the working tree, and nothing else: no build, no package folder, no data.</summary>
    private static async Task CloneAsync(string to)
    {
        await using var copy = ProgramProcess.Start(
            "sh", ["-c", "git ls-files -z --cached --others --exclude-standard | tar --null --ignore-failed-read -cf - -T - | tar -xf - -C \"$0\" && git init -q \"$0\"", to],
            workingDirectory: BuiltProgram.RepositoryRoot);
        Assert.True(await copy.WaitForExitAsync(cancellationToken: Cancellation) == 0, copy.OutputText);
        Assert.False(Directory.Exists(Path.Combine(to, "Devex.AppHost", "bin")));
    }
}
