using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using Devex.Contracts.Api;
using Xunit;

namespace Devex.Cluster.Tests;

/// <summary>What a start costs beside what the cluster itself takes for a pod with the same containers that do nothing.</summary>
[Collection(nameof(Alone)), Trait("Tier", "measure")]
public sealed class OverheadTests(ClusterStack stack)
{
    private static readonly int Rounds = int.Parse(Environment.GetEnvironmentVariable("DEVEX_OVERHEAD_ROUNDS") ?? "5", CultureInfo.InvariantCulture);

    /// <summary>A measurement, not a test: it runs when it is asked for, on a machine that does nothing else (docs/performance.md).</summary>
    [Fact]
    public async Task A_start_beside_a_pod_that_does_nothing()
    {
        using var repl = await ClusterRepl.StartNewAsync(stack);
        var deployment = await Kubectl.RunAsync("-n", Kubectl.Sessions, "get", "deployment", $"repl-{repl.Id}", "-o", "json");
        await repl.StopAndWaitAsync();
        List<double> starts = [], pods = [], alike = [];
        for (var round = 0; round < Rounds; round++)
        {
            pods.Add(await IdleAsync(Idle(deployment, secret: null)));
            await Kubectl.ApplyAsync(Secret);
            alike.Add(await IdleAsync(Idle(deployment, "idle")));
            await Kubectl.RunAsync("-n", Kubectl.Sessions, "delete", "secret", "idle");

            var since = Stopwatch.GetTimestamp();
            await repl.StartAsync();
            await repl.WaitForAsync(ReplState.Running);
            starts.Add(Stopwatch.GetElapsedTime(since).TotalSeconds);
            await repl.StopAndWaitAsync();
        }
        var (start, pod, like) = (Median(starts), Median(pods), Median(alike));
        TestContext.Current.TestOutputHelper?.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"Medians of {Rounds}: start {start:0.00} s; pod that does nothing {pod:0.00} s: {start / pod:0.00} ×; with a Secret as sessions have one {like:0.00} s: {start / like:0.00} ×"));
    }

    private const string Secret = """{"apiVersion":"v1","kind":"Secret","metadata":{"name":"idle","namespace":"devex-sessions"},"stringData":{"token":"none"} }""";

    /// <summary>Seconds until it runs.</summary>
    private static async Task<double> IdleAsync(string deployment)
    {
        var since = Stopwatch.GetTimestamp();
        await Kubectl.ApplyAsync(deployment);
        await Kubectl.RunAsync("-n", Kubectl.Sessions, "rollout", "status", "deployment/idle", "--timeout=120s");
        var took = Stopwatch.GetElapsedTime(since).TotalSeconds;
        await Kubectl.RunAsync("-n", Kubectl.Sessions, "delete", "deployment", "idle", "--wait=false");
        await Kubectl.RunAsync("-n", Kubectl.Sessions, "delete", "pod", "-l", "app=idle", "--grace-period=1");
        return took;
    }

    /// <summary>The same Deployment under another name, whose containers sleep; with a Secret of its own, or none.</summary>
    private static string Idle(string deployment, string? secret)
    {
        var made = JsonNode.Parse(deployment)!;
        made["metadata"] = new JsonObject { ["name"] = "idle", ["namespace"] = Kubectl.Sessions };
        made.AsObject().Remove("status");
        made["spec"]!["selector"] = new JsonObject { ["matchLabels"] = new JsonObject { ["app"] = "idle" } };
        made["spec"]!["template"]!["metadata"]!["labels"] = new JsonObject { ["app"] = "idle" };
        var pod = made["spec"]!["template"]!["spec"]!;
        // The session's own went with it.
        var bootstrap = pod["volumes"]!.AsArray().Single(volume => (string)volume!["name"]! == "bootstrap")!.AsObject();
        bootstrap.Remove("secret");
        bootstrap[secret is null ? "emptyDir" : "secret"] = secret is null ? [] : new JsonObject { ["secretName"] = secret };
        Sleep(pod["initContainers"]![0]!, "mkdir -p /files/workspace /files/home /files/journal");
        foreach (var container in pod["containers"]!.AsArray())
            Sleep(container!, "exec sleep 1000");
        return made.ToJsonString();

        static void Sleep(JsonNode container, string command) =>
            (container["command"], container["args"]) = (new JsonArray("/bin/sh", "-c"), new JsonArray(command));
    }

    private static double Median(List<double> values) => values.Order().ElementAt(values.Count / 2);
}
