using Microsoft.Playwright;
using Xunit;
using static Microsoft.Playwright.Assertions;

namespace Devex.Browser.Tests;

/// <summary>What people see while a part of Devex takes connections and answers nothing.</summary>
public sealed class SilenceTests(Product product, Chromium chromium)
{
    private const float Soon = 60_000;

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
        using (product.Silence("Devex.Core"))
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

    [Fact]
    public async Task A_page_that_is_opened_while_the_gateway_is_silent_says_that_it_waits_and_goes_on_by_itself()
    {
        await using var visitor = await chromium.VisitAsync(product);
        await visitor.SignInAsync("margaret");
        var name = "Knocks " + Guid.NewGuid().ToString("N")[..6];
        await visitor.CreateReplAsync("bash", name);
        var page = visitor.Page;
        await new WorkbenchPage(page).ReadyAsync();
        await page.GotoAsync("about:blank");
        using (product.Silence("Devex.Gateway"))
        {
            await page.GoBackAsync();
            await Expect(page.GetByTestId("banner")).ToContainTextAsync("Connecting takes longer than usual.", new() { Timeout = Soon });
            // What is not known is not said.
            await Expect(page.GetByText("Nothing is open")).ToBeHiddenAsync();
            await Expect(page.GetByText("No terminal is open.")).ToBeHiddenAsync();
            await visitor.PictureAsync("workbench-connects");
        }
        await new WorkbenchPage(page).ReadyAsync();
        await Expect(page.GetByTestId("banner")).ToBeHiddenAsync();
        Assert.Empty(visitor.Exceptions);
        await visitor.StopReplAsync(name);
    }
}
