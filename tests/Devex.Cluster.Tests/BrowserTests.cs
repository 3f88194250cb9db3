using System.Security.Cryptography;
using System.Text.RegularExpressions;
using Devex.Contracts;
using Devex.Testing;
using Devex.Testing.Browser;
using Microsoft.Playwright;
using Xunit;
using static Microsoft.Playwright.Assertions;

namespace Devex.Cluster.Tests;

/// <summary>The product deployed as people deploy it, as people meet it: in a browser, over HTTPS and HTTP/2, through Ingresses.</summary>
[Collection(nameof(Product))]
public sealed class BrowserTests(Chromium chromium) : IClassFixture<Chromium>
{
    private const float Soon = 60_000;

    [Fact]
    public async Task Who_comes_from_GitHub_edits_runs_previews_and_shares_a_REPL_and_finds_it_as_it_was_after_a_stop()
    {
        var sessions = Product.Namespace + "-sessions";
        await using var front = await FrontDoor.StartAsync();
        await using var browser = await front.LaunchAsync(chromium);

        var name = "In a pod " + Guid.NewGuid().ToString("N")[..6];

        // A stranger, sent to GitHub and back.
        await using var visitor = await Chromium.VisitAsync(browser, new Uri(Product.WebOrigin));
        front.GitHub.User = (2001, "hedy");
        await visitor.SignInWithGitHubAsync();
        var cookie = Assert.Single(await visitor.Context.CookiesAsync(), cookie => cookie.Name == "__Host-devex");
        Assert.True(cookie is { HttpOnly: true, Secure: true, SameSite: SameSiteAttribute.Lax });
        await visitor.LookAsync("cluster-dashboard");
        Assert.Contains(front.Requests, request => request is { Host: FrontDoor.GitHubHost, Path: "/avatars/1", Status: "200" });

        await visitor.CreateReplAsync("node", name);
        var (page, workbench) = (visitor.Page, new WorkbenchPage(visitor.Page));
        await workbench.ReadyAsync();
        var id = ReplId.Parse(page.Url[^12..]);
        await workbench.OpenAsync("index.js");
        await workbench.RewriteAsync(
            (await File.ReadAllTextAsync(Path.Combine(BuiltProgram.RepositoryRoot, "templates", "node", "workspace", "index.js")))
                .Replace("  response.end", "  response.setHeader(\"X-Long\", \"x\".repeat(9000));\n  response.end", StringComparison.Ordinal) + "// kept\n");
        await workbench.SavedAsync();

        // A file of a size at which controllers begin to refuse, over a line that is slower than they are patient, and back.
        using var folder = new TempFolder();
        var bytes = RandomNumberGenerator.GetBytes(6 << 20);
        await File.WriteAllBytesAsync(folder["photo.bin"], bytes, TestContext.Current.CancellationToken);
        await visitor.SlowUploadsAsync(512 << 10);
        List<string> parts = [];
        page.Request += (_, request) =>
        {
            if (request.Method == "PUT")
                parts.Add(request.Url[(request.Url.LastIndexOf('=') + 1)..]);
        };
        await page.GetByTestId("upload-input").SetInputFilesAsync(folder["photo.bin"]);
        await Expect(page.GetByTestId("upload-amount")).ToHaveTextAsync(new Regex(@"^[12]\.\d MB of 6\.3 MB$"), new() { Timeout = Soon });
        front.Reload();
        await Expect(workbench.File("photo.bin")).ToBeVisibleAsync(new() { Timeout = Soon });
        Assert.NotInRange(parts.Count, 0, 1);
        Assert.All(parts.Skip(1), part => Assert.NotEqual("0", part));
        await workbench.TypeAsync("sha256sum photo.bin");
        await workbench.WaitForTerminalAsync("^" + Convert.ToHexStringLower(SHA256.HashData(bytes)));

        // Its own program, beside the editor, on a host of its own.
        await page.GetByTestId("run").ClickAsync();
        await page.GetByTestId("preview:3000").ClickAsync(new() { Timeout = Soon });
        await Expect(page.FrameLocator("[data-testid=preview-frame]").GetByRole(AriaRole.Heading)).ToHaveTextAsync("Hello, world!", new() { Timeout = Soon });
        await visitor.PictureAsync("cluster-workbench");

        // Somebody else of the organisation, with the link.
        await page.GetByTestId("share").ClickAsync();
        await page.GetByTestId("make-link").ClickAsync();
        var link = await page.GetByTestId("share-url").InputValueAsync(new() { Timeout = Soon });
        await page.GetByTestId("share-dialog").GetByRole(AriaRole.Button, new() { Name = "Close" }).ClickAsync();
        front.GitHub.User = (2002, "joan");
        await using (var guest = await Chromium.VisitAsync(browser, new Uri(Product.WebOrigin), light: true))
        {
            await guest.Page.GotoAsync(link);
            await guest.Page.GetByRole(AriaRole.Link, new() { Name = "Sign in with GitHub" }).ClickAsync();
            await guest.Page.GetByTestId("join").ClickAsync(new() { Timeout = Soon });
            var theirs = new WorkbenchPage(guest.Page);
            await theirs.ConnectedAsync();
            await Expect(theirs.Editor).ToContainTextAsync("// kept", new() { Timeout = Soon });
            await workbench.Editor.ClickAsync();
            await page.Keyboard.PressAsync("Control+End");
            await page.Keyboard.TypeAsync("// and seen");
            await Expect(theirs.Editor).ToContainTextAsync("// and seen", new() { Timeout = Soon });
            await guest.PictureAsync("cluster-guest-light");
            Assert.Empty(guest.Exceptions);
        }

        // A page that is loaded again goes straight to the session, by the session's own Ingress.
        var pod = await Kubectl.RunAsync("-n", sessions, "get", "pod", "-l", $"devex.dev/repl={id}", "-o", "jsonpath={.items[0].status.podIP}");
        await page.ReloadAsync();
        await workbench.ConnectedAsync();
        await workbench.SavedAsync();
        Assert.Empty(visitor.Exceptions);

        await visitor.StopReplAsync(name);
        await ClusterRepl.NothingIsLeftAsync(id, sessions);
        var requests = front.Requests.ToList();
        var modules = requests.Where(request => request.Host == Product.WebHost && request.Path.StartsWith("/workbench/", StringComparison.Ordinal)).ToList();
        Assert.NotEmpty(modules);
        Assert.All(modules, request => Assert.Equal("HTTP/2.0", request.Protocol));
        Assert.Contains(requests, request => request.Host == $"{id}.{Product.ReplDomain}" && request is { Path: "/session", Status: "101" } && request.Behind.StartsWith(pod + ":", StringComparison.Ordinal));
        Assert.Contains(requests, request => request.Host == $"3000-{id}.{Product.PreviewDomain}" && request.Status == "200" && !request.Behind.StartsWith(pod + ":", StringComparison.Ordinal));

        await page.GotoAsync($"/r/{id}");
        await workbench.Overlay.GetByTestId("start").ClickAsync();
        await workbench.ReadyAsync();
        await workbench.TypeAsync("tail -n 2 index.js; sha256sum photo.bin");
        await workbench.WaitForTerminalAsync("^// kept\\s+// and seen" + Convert.ToHexStringLower(SHA256.HashData(bytes)));
        Assert.Empty(visitor.Exceptions);
    }

    [Fact]
    public async Task A_new_version_of_everything_comes_while_somebody_works()
    {
        await using var front = await FrontDoor.StartAsync();
        await using var browser = await front.LaunchAsync(chromium);
        await using var visitor = await Chromium.VisitAsync(browser, new Uri(Product.WebOrigin));
        front.GitHub.User = (2003, "mary");
        await visitor.SignInWithGitHubAsync();
        var name = "Renewed " + Guid.NewGuid().ToString("N")[..6];
        await visitor.CreateReplAsync("node", name);
        var (page, workbench) = (visitor.Page, new WorkbenchPage(visitor.Page));
        await workbench.ReadyAsync();
        await workbench.TypeAsync("n=41; echo 'known'");
        await workbench.WaitForTerminalAsync("^known");
        await page.GetByTestId("run").ClickAsync();
        await page.GetByTestId("preview:3000").ClickAsync(new() { Timeout = Soon });
        var greeting = page.FrameLocator("[data-testid=preview-frame]").GetByRole(AriaRole.Heading);
        await Expect(greeting).ToHaveTextAsync("Hello, world!", new() { Timeout = Soon });
        var dashboard = await visitor.Context.NewPageAsync();
        await dashboard.GotoAsync("/");
        await Expect(dashboard.Locator(".dx-shell[data-live]")).ToBeVisibleAsync();
        await page.BringToFrontAsync();

        await workbench.OpenAsync("greet.js");
        await workbench.Editor.ClickAsync();
        await page.Keyboard.PressAsync("Control+End");
        await page.Keyboard.TypeAsync("//");
        var (words, renewed) = (1, RenewAsync());
        for (; !renewed.IsCompleted; words++)
            await page.Keyboard.TypeAsync($" {words}", new() { Delay = 20 });
        await renewed;
        await workbench.SavedToS3Async();
        await visitor.PictureAsync("cluster-renewed");

        // The text, the shell, the program and the preview are those that they were.
        await page.GetByRole(AriaRole.Tab, new() { Name = "bash" }).ClickAsync();
        await workbench.TypeAsync("tail -n 1 greet.js | wc -w; echo $((n+1))");
        await workbench.WaitForTerminalAsync($"^{words}\\s+42\\s");
        await page.GetByRole(AriaRole.Region, new() { Name = "Preview" }).GetByRole(AriaRole.Button, new() { Name = "Reload" }).ClickAsync();
        await Expect(greeting).ToHaveTextAsync("Hello, world!", new() { Timeout = Soon });

        // The session's own pod is told to end, as where a node is drained: programs end with it, and not a letter is lost.
        await workbench.Editor.ClickAsync();
        await page.Keyboard.PressAsync("Control+End");
        await Kubectl.RunAsync("-n", Product.Namespace + "-sessions", "delete", "pod", "-l", $"devex.dev/repl={page.Url[^12..]}", "--wait=false");
        var banner = page.GetByTestId("banner");
        var back = Expect(banner.Filter(new() { HasText = "The session moved: its pod was told to end." }).GetByRole(AriaRole.Button, new() { Name = "Dismiss" })).ToBeVisibleAsync(new() { Timeout = 120_000 });
        for (; !back.IsCompleted; words++)
            await page.Keyboard.TypeAsync($" {words}", new() { Delay = 20 });
        await back;
        await visitor.PictureAsync("cluster-moved");
        await banner.GetByRole(AriaRole.Button, new() { Name = "Dismiss" }).ClickAsync();
        await Expect(banner).ToBeHiddenAsync();
        await workbench.SavedToS3Async();
        await workbench.TypeAsync("tail -n 1 greet.js | wc -w");
        await workbench.WaitForTerminalAsync($"^{words}\\s");

        // The dashboard has a circuit with the new Web, and does what it is asked.
        await dashboard.BringToFrontAsync();
        await Expect(dashboard.Locator(".dx-shell[data-live]")).ToBeVisibleAsync();
        var card = dashboard.Locator($"[data-testid=repl][data-name='{name}']");
        await card.GetByRole(AriaRole.Button, new() { Name = "Stop", Exact = true }).ClickAsync();
        await Expect(card).ToHaveAttributeAsync("data-state", "stopped", new() { Timeout = 90_000 });
        Assert.Empty(visitor.Exceptions);
    }

    [Fact]
    public async Task Redis_comes_back_empty_while_somebody_works()
    {
        await using var front = await FrontDoor.StartAsync();
        await using var browser = await front.LaunchAsync(chromium);
        await using var visitor = await Chromium.VisitAsync(browser, new Uri(Product.WebOrigin));
        front.GitHub.User = (2004, "annie");
        await visitor.SignInWithGitHubAsync();
        var name = "Remembered " + Guid.NewGuid().ToString("N")[..6];
        await visitor.CreateReplAsync("node", name);
        var (page, workbench) = (visitor.Page, new WorkbenchPage(visitor.Page));
        await workbench.ReadyAsync();
        await page.GetByTestId("run").ClickAsync();
        await page.GetByTestId("preview:3000").ClickAsync(new() { Timeout = Soon });
        var greeting = page.FrameLocator("[data-testid=preview-frame]").GetByRole(AriaRole.Heading);
        await Expect(greeting).ToHaveTextAsync("Hello, world!", new() { Timeout = Soon });
        var dashboard = await visitor.Context.NewPageAsync();
        await dashboard.GotoAsync("/");
        await Expect(dashboard.Locator(".dx-shell[data-live]")).ToBeVisibleAsync();
        await page.BringToFrontAsync();

        await workbench.OpenAsync("greet.js");
        await workbench.Editor.ClickAsync();
        await page.Keyboard.PressAsync("Control+End");
        await page.Keyboard.TypeAsync("//");
        // Whatever lies over the editor meanwhile, for however short a time.
        await page.EvaluateAsync(
            """
            () => {
              const overlay = document.querySelector("[data-testid=overlay]");
              window.covered = [];
              new MutationObserver(() => overlay.hidden || window.covered.push(overlay.textContent)).observe(overlay, { attributes: true, childList: true });
            }
            """);
        var (words, replaced) = (1, ReplaceRedisAsync());
        for (; !replaced.IsCompleted; words++)
            await page.Keyboard.TypeAsync($" {words}", new() { Delay = 20 });
        await replaced;
        await Expect(page.GetByTestId("banner")).ToBeHiddenAsync();
        await workbench.SavedToS3Async();
        await visitor.PictureAsync("cluster-redis-back");
        await page.GetByRole(AriaRole.Region, new() { Name = "Preview" }).GetByRole(AriaRole.Button, new() { Name = "Reload" }).ClickAsync();
        await Expect(greeting).ToHaveTextAsync("Hello, world!", new() { Timeout = Soon });
        Assert.Empty(await page.EvaluateAsync<string[]>("() => window.covered"));

        // Whoever starts after that finds in it what the cookies are read by: nobody is signed out.
        await RenewAsync();
        await page.ReloadAsync();
        await workbench.ConnectedAsync();
        await workbench.Editor.ClickAsync();
        await page.Keyboard.PressAsync("Control+End");
        await page.Keyboard.TypeAsync($" {words++}");
        await workbench.SavedToS3Async();
        await Expect(page.GetByTestId("banner")).ToBeHiddenAsync();

        // The dashboard knows it as running, and stops it; it starts again.
        await dashboard.BringToFrontAsync();
        var card = dashboard.Locator($"[data-testid=repl][data-name='{name}']");
        await Expect(card).ToHaveAttributeAsync("data-state", "running", new() { Timeout = Soon });
        await visitor.PictureAsync("cluster-redis-back-dashboard", dashboard);
        await card.GetByRole(AriaRole.Button, new() { Name = "Stop", Exact = true }).ClickAsync();
        await Expect(card).ToHaveAttributeAsync("data-state", "stopped", new() { Timeout = 90_000 });
        await page.BringToFrontAsync();
        await workbench.Overlay.GetByTestId("start").ClickAsync();
        await workbench.ReadyAsync();
        await workbench.TypeAsync("tail -n 1 greet.js | wc -w");
        await workbench.WaitForTerminalAsync($"^{words}\\s");
        Assert.Empty(visitor.Exceptions);
        await visitor.StopReplAsync(name);
    }

    /// <summary>Another Redis, with nothing in it.</summary>
    private static async Task ReplaceRedisAsync()
    {
        await Kubectl.RunAsync("-n", Product.Namespace, "delete", "pod", "-l", "app=redis", "--wait=true");
        await Kubectl.RunAsync("-n", Product.Namespace, "wait", "pod", "-l", "app=redis", "--for=condition=Ready", "--timeout=120s");
    }

    /// <summary>New pods of Core, Gateway and Web, until the old ones are gone.</summary>
    private static async Task RenewAsync()
    {
        string[] parts = ["deployment/core", "deployment/gateway", "deployment/web"];
        await Kubectl.RunAsync(["-n", Product.Namespace, "rollout", "restart", .. parts]);
        foreach (var part in parts)
            await Kubectl.RunAsync("-n", Product.Namespace, "rollout", "status", part, "--timeout=180s");
        await Kubectl.UntilAsync(
            deleted => deleted.Length == 0, "-n", Product.Namespace, "get", "pods", "-l", "app in (core,gateway,web)", "-o", "jsonpath={.items[*].metadata.deletionTimestamp}");
    }
}
