using Microsoft.Playwright;
using Xunit;
using static Microsoft.Playwright.Assertions;

namespace Devex.Browser.Tests;

/// <summary>What people see while Core takes connections and answers nothing.</summary>
public sealed class SilentCoreTests(Product product, Chromium chromium)
{
    [Fact]
    public async Task Pages_come_at_once_and_say_that_they_wait_and_a_running_repl_goes_on()
    {
        await using var visitor = await chromium.VisitAsync(product);
        await visitor.SignInAsync("margaret");
        var name = "Waits " + Guid.NewGuid().ToString("N")[..6];
        await visitor.CreateReplAsync("bash", name);
        var page = visitor.Page;
        var workbench = new WorkbenchPage(page);
        await workbench.ReadyAsync();
        var links = page.GetByTestId("share-links");
        var again = await page.Context.NewPageAsync();
        using (product.SilenceCore())
        {
            var asked = again.GotoAsync(page.Url);
            await workbench.TypeAsync("echo still-$((40+2))");
            await workbench.WaitForTerminalAsync("still-42");
            await page.GetByTestId("share").ClickAsync();
            await Expect(links).ToHaveAttributeAsync("aria-busy", "true");

            var list = await page.Context.NewPageAsync();
            await list.GotoAsync("/");
            await Expect(list.GetByLabel("Loading your REPLs")).ToBeVisibleAsync();
            await Expect(list.GetByText("Devex takes longer than usual to answer.")).ToBeVisibleAsync();
            await visitor.PictureAsync("dashboard-waits", list);
            Assert.Equal(503, (await asked)?.Status);
            await Expect(again.GetByRole(AriaRole.Heading, new() { Name = "This REPL cannot be shown" })).ToBeVisibleAsync();
            await visitor.PictureAsync("workbench-away", again);
            await visitor.PictureAsync("workbench-share-waits");
        }
        await Expect(links).Not.ToHaveAttributeAsync("aria-busy", "true");
        await Expect(page.GetByTestId("share-people")).ToContainTextAsync("Owner");
        await Expect(page.Context.Pages[2].GetByText(name)).ToBeVisibleAsync();
        // Nobody has to reload it.
        await new WorkbenchPage(again).ConnectedAsync();
        Assert.Empty(visitor.Exceptions);
    }
}
