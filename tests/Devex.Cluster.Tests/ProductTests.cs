using System.Net;
using Devex.Testing.Runner;
using Xunit;

namespace Devex.Cluster.Tests;

/// <summary>The product deployed as people deploy it: what they meet at its front door, and a REPL made and run through it.</summary>
[Collection(nameof(Product))]
public sealed class ProductTests
{
    private static string Namespace => Product.Namespace;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Core_Gateway_Web_and_Redis_are_ready()
    {
        foreach (var part in (string[])["deployment/core", "deployment/gateway", "deployment/web", "statefulset/redis"])
            await Kubectl.RunAsync("-n", Namespace, "rollout", "status", part, "--timeout=180s");
        foreach (var part in (Uri[])[Product.Core, Product.Gateway, Product.Web])
        {
            using var client = Product.Client(part, "probe.example");
            Assert.Equal("Healthy", await client.GetStringAsync("/health", Cancelled));
        }
    }

    [Fact]
    public async Task The_front_door_offers_GitHub_and_lets_nobody_in_unasked()
    {
        _ = Namespace;
        using var web = Product.Client(Product.Web);
        Assert.Contains("Sign in with GitHub", await web.GetStringAsync("/signin", Cancelled), StringComparison.Ordinal);
        using var api = await web.GetAsync("/api/repls", Cancelled);
        Assert.Equal(HttpStatusCode.Unauthorized, api.StatusCode);
        using var gitHub = await web.GetAsync("/auth/github", Cancelled);
        Assert.Equal(FrontDoor.GitHubHost, gitHub.Headers.Location?.Host);
        using var elsewhere = Product.Client(Product.Web, "elsewhere.example");
        using var misdirected = await elsewhere.GetAsync("/", Cancelled);
        Assert.Equal(HttpStatusCode.MisdirectedRequest, misdirected.StatusCode);
        using var sessions = Product.Client(Product.CoreSessions, "core");
        using var absent = await sessions.GetAsync("/api/me", Cancelled);
        Assert.Equal(HttpStatusCode.NotFound, absent.StatusCode);
    }

    [Fact]
    public async Task A_REPL_made_through_Web_runs_in_a_pod_and_keeps_its_files()
    {
        var sessions = Namespace + "-sessions";
        using var repl = await ProductRepl.CreateAsync(await Product.UserAsync("github-1001"));
        await repl.StartAsync();
        var images = await Kubectl.RunAsync("-n", sessions, "get", "pod", "-l", $"devex.dev/repl={repl.Id}", "-o", "jsonpath={.items[*].spec.containers[*].image}");
        Assert.Contains("localhost/devex/session-bash@sha256:", images, StringComparison.Ordinal);
        await using (var session = await repl.OpenAsync())
            await session.WriteFileAsync("kept.txt", "by the product", expected: null);
        await repl.StopAsync();
        await ClusterRepl.NothingIsLeftAsync(repl.Id, sessions);

        await repl.StartAsync();
        await using (var session = await repl.OpenAsync())
            Assert.Equal("by the product", (await session.ReadFileAsync("kept.txt")).Content);
        await repl.StopAsync();
    }

    [Fact]
    public async Task Core_may_do_in_the_sessions_namespace_what_it_must_and_nothing_in_its_own()
    {
        var account = $"--as=system:serviceaccount:{Namespace}:devex-core";
        var (_, may, _) = await Kubectl.TryAsync(["auth", "can-i", "create", "deployments", "-n", Namespace + "-sessions", account]);
        var (_, mayNot, _) = await Kubectl.TryAsync(["auth", "can-i", "get", "secrets", "-n", Namespace, account]);
        Assert.Equal(("yes", "no"), (may.Trim(), mayNot.Trim()));
    }
}
