using System.Diagnostics;
using Xunit;

namespace Devex.Cluster.Tests;

/// <summary>The cluster as its administrator sees it: <c>kubectl</c> with the KUBECONFIG of the environment.</summary>
internal static class Kubectl
{
    public const string Sessions = "devex-sessions";

    /// <summary>Runs it; what it printed.</summary>
    public static async Task<string> RunAsync(params string[] arguments) => Checked(arguments, await TryAsync(arguments));

    /// <summary>Applies an object given as JSON or YAML.</summary>
    public static async Task ApplyAsync(string manifest)
    {
        string[] arguments = ["apply", "-f", "-"];
        Checked(arguments, await TryAsync(arguments, manifest));
    }

    public static async Task<(int Code, string Output, string Error)> TryAsync(string[] arguments, string? input = null)
    {
        using var process = Process.Start(new ProcessStartInfo("kubectl", arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        await process.StandardInput.WriteAsync(input ?? "");
        process.StandardInput.Close();
        var (output, error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return (process.ExitCode, await output, await error);
    }

    /// <summary>Asks again and again until the answer is right.</summary>
    public static async Task<string> UntilAsync(Func<string, bool> isRight, params string[] arguments)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(TimeSpan.FromMinutes(4));
        var last = "";
        try
        {
            while (true)
            {
                var (code, output, error) = await TryAsync(arguments);
                last = code == 0 ? output.Trim() : error;
                if (code == 0 && isRight(last))
                    return last;
                await Task.Delay(TimeSpan.FromMilliseconds(250), limit.Token);
            }
        }
        catch (OperationCanceledException)
        {
            throw new TimeoutException($"kubectl {string.Join(' ', arguments)} last said: {last}");
        }
    }

    /// <summary>A value of the sessions' objects by JSONPath, for one REPL.</summary>
    public static Task<string> OfReplAsync(string id, string kind, string path) =>
        RunAsync("-n", Sessions, "get", kind, "-l", $"devex.dev/repl={id}", "-o", $"jsonpath={path}");

    private static string Checked(string[] arguments, (int Code, string Output, string Error) ended)
    {
        Assert.True(ended.Code == 0, $"kubectl {string.Join(' ', arguments)}: {ended.Error}");
        return ended.Output.Trim();
    }
}
