using System.Globalization;
using Devex.Contracts;
using Devex.Testing.Browser;
using Microsoft.Playwright;
using Xunit;
using static Microsoft.Playwright.Assertions;

namespace Devex.Cluster.Tests;

/// <summary>S3 vanishes without a word: nobody's work waits for it, and whatever must wait says so at once.</summary>
[Collection(nameof(Alone))]
public sealed class StorageAwayTests(Chromium chromium) : IClassFixture<Chromium>
{
    private const float Soon = 60_000;
    private const string Away = "S3 does not answer at the moment.";

    [Fact]
    public async Task Two_people_work_on_come_and_go_and_are_told_what_must_wait()
    {
        NodeProcess.RequireOwnCluster();
        await using var front = await FrontDoor.StartAsync();
        await using var browser = await front.LaunchAsync(chromium);
        await using var owner = await Chromium.VisitAsync(browser, new Uri(Product.WebOrigin));
        front.GitHub.User = (2007, "dorothy");
        await owner.SignInWithGitHubAsync();
        var name = "Stored " + Guid.NewGuid().ToString("N")[..6];
        var idle = await owner.MakeReplAsync("bash", "Idle " + name);
        await owner.CreateReplAsync("node", name);
        var (page, workbench) = (owner.Page, new WorkbenchPage(owner.Page));
        await workbench.ReadyAsync();
        var id = ReplId.Parse(page.Url[^12..]);
        await workbench.OpenAsync("greet.js");
        await workbench.Editor.ClickAsync();
        await page.Keyboard.PressAsync("Control+End");
        await page.Keyboard.TypeAsync("//");
        await workbench.SavedToS3Async();
        front.GitHub.User = (2008, "katherine");
        await using (var guest = await Chromium.VisitAsync(browser, new Uri(Product.WebOrigin)))
        {
            await JoinAsync(guest, await LinkAsync(page));
        }

        await page.GetByTestId("run").ClickAsync();
        await Expect(page.GetByTestId("preview:3000")).ToBeVisibleAsync(new() { Timeout = Soon });
        await workbench.Editor.ClickAsync();
        var dashboard = await owner.Context.NewPageAsync();
        await page.BringToFrontAsync();
        await ShowUnreadyStorageAsync(true);
        var cable = await NodeProcess.UnplugAsync(await Kubectl.RunAsync("-n", Product.Namespace, "get", "pod", "-l", "app=s3", "-o", "jsonpath={.items[0].metadata.uid}"));
        try
        {
            var told = Expect(page.GetByTestId("status-saved")).ToHaveTextAsync("Offline: kept on this machine, retrying", new() { Timeout = Soon });
            var words = 1;
            for (; words < 50 || !told.IsCompleted; words++)
                await page.Keyboard.TypeAsync($" {words}", new() { Delay = 20 });
            await told;
            await workbench.SavedAsync();
            await owner.PictureAsync("cluster-storage-away");

            // Somebody else comes in, sees it all and writes beside it.
            await using (var guest = await Chromium.VisitAsync(browser, new Uri(Product.WebOrigin)))
            {
                await guest.SignInWithGitHubAsync();
                await guest.Page.GotoAsync($"/r/{id}");
                var theirs = new WorkbenchPage(guest.Page);
                await theirs.ConnectedAsync();
                await theirs.OpenAsync("greet.js");
                await Expect(theirs.Editor).ToContainTextAsync(string.Create(CultureInfo.InvariantCulture, $" {words - 1}"), new() { Timeout = Soon });
                await theirs.Editor.ClickAsync();
                await guest.Page.Keyboard.PressAsync("Control+End");
                await guest.Page.Keyboard.TypeAsync("\nconst beside = true;");
                await Expect(workbench.Editor).ToContainTextAsync("const beside = true;", new() { Timeout = Soon });
                await theirs.SavedAsync();
                Assert.Empty(guest.Exceptions);
            }

            // A page that is loaded again is there again, and the program that runs is seen by whoever asks for it only now.
            await page.ReloadAsync();
            await workbench.ConnectedAsync();
            await Expect(workbench.Editor).ToContainTextAsync("const beside = true;", new() { Timeout = Soon });
            await page.GetByTestId("preview:3000").ClickAsync(new() { Timeout = Soon });
            await Expect(page.FrameLocator("[data-testid=preview-frame]").GetByRole(AriaRole.Heading)).ToHaveTextAsync("Hello, world!", new() { Timeout = Soon });

            // What needs S3 is refused in words, wherever it is asked for.
            await dashboard.GotoAsync($"/r/{idle}");
            await dashboard.GetByTestId("start").ClickAsync();
            await Expect(dashboard.GetByTestId("overlay")).ToContainTextAsync(Away, new() { Timeout = Soon });
            await owner.LookAtOnceAsync("cluster-storage-away-start", dashboard);
            await dashboard.GotoAsync($"/r/{idle}/files");
            await Expect(dashboard.GetByRole(AriaRole.Alert)).ToContainTextAsync(Away, new() { Timeout = Soon });
            await owner.LookAtOnceAsync("cluster-storage-away-files", dashboard);
            await dashboard.GotoAsync("/");
            await Expect(Card("Idle " + name)).ToHaveAttributeAsync("data-state", "stopped", new() { Timeout = Soon });
            await Expect(dashboard.Locator(".dx-shell[data-live]")).ToBeVisibleAsync(new() { Timeout = Soon });
            await Card(name).GetByRole(AriaRole.Button, new() { Name = "Stop", Exact = true }).ClickAsync();
            await Expect(dashboard.Locator(".mud-snackbar")).ToContainTextAsync(Away, new() { Timeout = Soon });
            await Expect(Card(name)).ToHaveAttributeAsync("data-state", "running");
            await Expect(dashboard.Locator(".mud-snackbar")).ToHaveCSSAsync("opacity", "1");
            await owner.LookAtOnceAsync("cluster-storage-away-dashboard", dashboard);

            await cable.DisposeAsync();
            await page.BringToFrontAsync();
            await Expect(page.GetByTestId("status-saved")).ToHaveTextAsync("All saved to S3", new() { Timeout = Soon });
            await page.GetByRole(AriaRole.Tab, new() { Name = "bash" }).ClickAsync();
            await workbench.TypeAsync($"test \"$(tail -n 2 greet.js)\" = \"// $(seq -s ' ' 1 {words - 1})\"$'\\n''const beside = true;' && echo All there.");
            await workbench.WaitForTerminalAsync("^All there\\.");
        }
        finally
        {
            await cable.DisposeAsync();
            await Kubectl.RunAsync("-n", Product.Namespace, "wait", "pod", "-l", "app=s3", "--for=condition=Ready", "--timeout=120s");
            await ShowUnreadyStorageAsync(false);
        }
        await dashboard.BringToFrontAsync();
        await dashboard.GotoAsync($"/r/{idle}");
        await dashboard.GetByTestId("start").ClickAsync();
        await new WorkbenchPage(dashboard).ReadyAsync();
        Assert.Empty(owner.Exceptions);
        await owner.StopReplAsync(name);
        await owner.StopReplAsync("Idle " + name);
        await ClusterRepl.NothingIsLeftAsync(id, Product.Namespace + "-sessions");

        ILocator Card(string which) => dashboard.Locator($"[data-testid=repl][data-name='{which}']");
    }

    private static async Task<string> LinkAsync(IPage page)
    {
        await page.GetByTestId("share").ClickAsync();
        await page.GetByTestId("share-role").SelectOptionAsync("editor", new() { Timeout = Soon });
        await page.GetByTestId("make-link").ClickAsync();
        var link = await page.GetByTestId("share-url").InputValueAsync(new() { Timeout = Soon });
        await page.GetByTestId("share-dialog").GetByRole(AriaRole.Button, new() { Name = "Close" }).ClickAsync();
        await page.GetByTestId("editor").ClickAsync();
        await page.Keyboard.PressAsync("Control+End");
        return link;
    }

    private static async Task JoinAsync(Visitor guest, string link)
    {
        await guest.Page.GotoAsync(link);
        await guest.Page.GetByRole(AriaRole.Link, new() { Name = "Sign in with GitHub" }).ClickAsync();
        await guest.Page.GetByTestId("join").ClickAsync(new() { Timeout = Soon });
        await new WorkbenchPage(guest.Page).ConnectedAsync();
    }

    /// <summary>Whether the Service goes on leading to an S3 that does not answer, as an address outside the cluster would: whoever asks is not told that nobody is there.</summary>
    private static async Task ShowUnreadyStorageAsync(bool shown) => await Kubectl.RunAsync(
        "-n", Product.Namespace, "patch", "service", "s3", "--patch", $$"""{"spec": {"publishNotReadyAddresses": {{(shown ? "true" : "false")}} } }""");
}
