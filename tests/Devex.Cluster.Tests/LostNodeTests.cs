using System.Diagnostics;
using System.Globalization;
using Devex.Contracts;
using Devex.Testing.Browser;
using Microsoft.Playwright;
using Xunit;
using static Microsoft.Playwright.Assertions;

namespace Devex.Cluster.Tests;

/// <summary>Nodes that lose their power while somebody works: nobody says that they go, and nothing that was under way to them is answered.</summary>
[Collection(nameof(Alone))]
public sealed class LostNodeTests(Chromium chromium) : IClassFixture<Chromium>
{
    private const int Stop = 19;
    private const int Continue = 18;
    private const float Soon = 60_000;

    private static string Sessions => Product.Namespace + "-sessions";

    [Fact]
    public async Task Cores_Gateways_and_Webs_of_a_lost_node_are_done_without()
    {
        NodeProcess.RequireOwnCluster();
        await using var front = await FrontDoor.StartAsync();
        await using var browser = await front.LaunchAsync(chromium);
        await using var visitor = await Chromium.VisitAsync(browser, new Uri(Product.WebOrigin));
        front.GitHub.User = (2005, "frances");
        await visitor.SignInWithGitHubAsync();
        var name = "Outlived " + Guid.NewGuid().ToString("N")[..6];
        var (page, workbench) = await BeginAsync(visitor, name);
        await page.GetByTestId("run").ClickAsync();
        await page.GetByTestId("preview:3000").ClickAsync(new() { Timeout = Soon });
        var reload = page.GetByRole(AriaRole.Region, new() { Name = "Preview" }).GetByRole(AriaRole.Button, new() { Name = "Reload" });
        var greeting = page.FrameLocator("[data-testid=preview-frame]").GetByRole(AriaRole.Heading);
        await Expect(greeting).ToHaveTextAsync("Hello, world!", new() { Timeout = Soon });
        var dashboard = await visitor.Context.NewPageAsync();
        await dashboard.GotoAsync("/");
        await Expect(dashboard.Locator(".dx-shell[data-live]")).ToBeVisibleAsync();
        await page.BringToFrontAsync();
        var words = 1;

        // Whichever of two the page, the saver and the preview have to do with: it is lost in one of two turns.
        foreach (var which in (int[])[0, 1])
        {
            var cables = new Stack<IAsyncDisposable>();
            try
            {
                foreach (var part in (string[])["core", "gateway", "web"])
                {
                    await Kubectl.RunAsync("-n", Product.Namespace, "wait", "pod", "-l", $"app={part}", "--for=condition=Ready", "--timeout=120s");
                    cables.Push(await NodeProcess.UnplugAsync(await Kubectl.RunAsync(
                        "-n", Product.Namespace, "get", "pod", "-l", $"app={part}", "--sort-by={.metadata.name}", "-o", $"jsonpath={{.items[{which}].metadata.uid}}")));
                }
                var watch = Stopwatch.StartNew();
                await workbench.Editor.ClickAsync();
                words = await TypeAsync(page, words, until: words + 50);
                // What was under way to a lost Core is given up after fifteen seconds; without that it would be a minute.
                await workbench.SavedToS3Async(40_000);
                Tell("saved");
                // The controller still sends to what is lost, for as long as the cluster takes to see it. People press again.
                while (true)
                {
                    await reload.ClickAsync();
                    try
                    {
                        await Expect(greeting).ToHaveTextAsync("Hello, world!", new() { Timeout = 5000 });
                        break;
                    }
                    catch (PlaywrightException) when (watch.Elapsed.TotalMilliseconds < Soon)
                    {
                    }
                }
                Tell("preview");
                await dashboard.BringToFrontAsync();
                await dashboard.ReloadAsync(new() { Timeout = Soon });
                await Expect(dashboard.Locator(".dx-shell[data-live]")).ToBeVisibleAsync(new() { Timeout = Soon });
                Tell("dashboard");
                await page.BringToFrontAsync();

                void Tell(string what) => TestContext.Current.TestOutputHelper?.WriteLine($"{what} {watch.Elapsed.TotalSeconds:0.0} s after the cables were out");
            }
            finally
            {
                while (cables.TryPop(out var cable))
                    await cable.DisposeAsync();
            }
        }
        await page.GetByRole(AriaRole.Tab, new() { Name = "bash" }).ClickAsync();
        await HasAllWordsAsync(workbench, words);
        Assert.Empty(visitor.Exceptions);
        await visitor.StopReplAsync(name);
    }

    [Fact]
    public async Task A_session_whose_node_is_lost_goes_on_elsewhere_with_every_word_that_was_typed_meanwhile()
    {
        var kubelet = int.Parse(await File.ReadAllTextAsync(Path.Combine(NodeProcess.RequireOwnCluster(), "pid", "kubelet"), TestContext.Current.CancellationToken), CultureInfo.InvariantCulture);
        await using var front = await FrontDoor.StartAsync();
        await using var browser = await front.LaunchAsync(chromium);
        await using var visitor = await Chromium.VisitAsync(browser, new Uri(Product.WebOrigin));
        front.GitHub.User = (2006, "evelyn");
        await visitor.SignInWithGitHubAsync();
        var name = "Burned " + Guid.NewGuid().ToString("N")[..6];
        var (page, workbench) = await BeginAsync(visitor, name);
        var words = await TypeAsync(page, 1, until: 50);
        await workbench.SavedToS3Async();
        var id = ReplId.Parse(page.Url[^12..]);
        var pod = await Kubectl.RunAsync("-n", Sessions, "get", "pod", "-l", $"devex.dev/repl={id}", "-o", "jsonpath={.items[0].metadata.uid}");

        IAsyncDisposable? cable = null;
        try
        {
            // As if the node of the session had nothing else on it: what is of the product is still to be found, though the one node that there is is said to be silent.
            await FindSilentAsync(true);
            // The last of these are known to the session, and to nobody else yet.
            words = await TypeAsync(page, words, words + 20);
            cable = await NodeProcess.UnplugAsync(pod);
            NodeProcess.Signal(Stop, kubelet);
            var banner = page.GetByTestId("banner");
            var fromSaved = banner.GetByRole(AriaRole.Button, new() { Name = "Start from saved" });
            var told = Expect(fromSaved).ToBeVisibleAsync(new() { Timeout = 120_000 });
            while (!told.IsCompleted)
                words = await TypeAsync(page, words, words + 1);
            await told;
            await Expect(banner).ToContainTextAsync("The session's node has not answered since");
            await visitor.PictureAsync("cluster-node-silent");
            await fromSaved.ClickAsync();
            await page.GetByTestId("dialog-confirm").ClickAsync();
            await Expect(banner).Not.ToContainTextAsync("has not answered since", new() { Timeout = Soon });
            // There is no other node, and so the next session begins on this one, where the first is cut off.
            NodeProcess.Signal(Continue, kubelet);
            await workbench.Editor.ClickAsync();
            var back = Expect(page.GetByRole(AriaRole.Status).GetByText("Connected")).ToBeVisibleAsync(new() { Timeout = 120_000 });
            while (!back.IsCompleted)
                words = await TypeAsync(page, words, words + 1);
            await back;
            await workbench.SavedToS3Async();
            await visitor.PictureAsync("cluster-node-left");
            await HasAllWordsAsync(workbench, words);
        }
        finally
        {
            NodeProcess.Signal(Continue, kubelet);
            await (cable?.DisposeAsync() ?? ValueTask.CompletedTask);
            foreach (var part in (string[])["core", "gateway", "web", "redis", "s3"])
                await Kubectl.RunAsync("-n", Product.Namespace, "wait", "pod", "-l", $"app={part}", "--for=condition=Ready", "--timeout=120s");
            await FindSilentAsync(false);
        }
        Assert.Empty(visitor.Exceptions);
        await visitor.StopReplAsync(name);
        await ClusterRepl.NothingIsLeftAsync(id, Sessions);
    }

    private static async Task<(IPage Page, WorkbenchPage Workbench)> BeginAsync(Visitor visitor, string name)
    {
        await visitor.CreateReplAsync("node", name);
        var (page, workbench) = (visitor.Page, new WorkbenchPage(visitor.Page));
        await workbench.ReadyAsync();
        await workbench.OpenAsync("greet.js");
        await workbench.Editor.ClickAsync();
        await page.Keyboard.PressAsync("Control+End");
        await page.Keyboard.TypeAsync("//");
        return (page, workbench);
    }

    /// <summary>Types words, each a number; the next one.</summary>
    private static async Task<int> TypeAsync(IPage page, int word, int until)
    {
        for (; word < until; word++)
            await page.Keyboard.TypeAsync($" {word}", new() { Delay = 20 });
        return word;
    }

    private static async Task HasAllWordsAsync(WorkbenchPage workbench, int words)
    {
        await workbench.TypeAsync($"test \"$(tail -n 1 greet.js)\" = \"// $(seq -s ' ' 1 {words - 1})\" && echo All there.");
        await workbench.WaitForTerminalAsync("^All there\\.");
    }

    private static async Task FindSilentAsync(bool found)
    {
        foreach (var service in (string[])["core", "core-sessions", "gateway", "web", "redis", "s3"])
            await Kubectl.RunAsync("-n", Product.Namespace, "patch", "service", service, "--patch", $$"""{"spec": {"publishNotReadyAddresses": {{(found ? "true" : "false")}} } }""");
    }
}
