using System.Text.RegularExpressions;
using Microsoft.Playwright;
using Xunit;
using static Microsoft.Playwright.Assertions;

namespace Devex.Browser.Tests;

/// <summary>The product in another browser, where that one does things in its own way.</summary>
public sealed class FirefoxTests(Product product, Chromium chromium, Firefox firefox) : IClassFixture<Firefox>
{
    private const float Soon = 60_000;

    [Fact]
    public async Task A_repl_is_made_edited_run_previewed_and_shared_with_somebody_in_Chromium()
    {
        await using var visitor = await VisitAsync();
        await visitor.SignInAsync("linus");
        var page = visitor.Page;
        await Expect(page.Locator(".dx-shell[data-live]")).ToBeVisibleAsync();
        var name = "In Firefox " + Guid.NewGuid().ToString("N")[..6];
        await visitor.CreateReplAsync("node", name);
        var workbench = new WorkbenchPage(page);
        await workbench.ReadyAsync();

        // Every command has a key that this browser leaves to pages.
        await page.GetByTestId("editor").Or(page.GetByTestId("welcome")).First.ClickAsync();
        await page.Keyboard.PressAsync("Alt+p");
        await page.GetByTestId("picker-input").PressSequentiallyAsync("keys");
        await page.Keyboard.PressAsync("Enter");
        await Expect(page.GetByTestId("keys")).ToContainTextAsync("Alt P");
        await page.Keyboard.PressAsync("Escape");

        await workbench.OpenAsync("greet.js");
        await workbench.Editor.ClickAsync();
        await page.Keyboard.PressAsync("Control+End");
        await page.Keyboard.TypeAsync("// by letters");
        await workbench.SavedToS3Async();
        await workbench.TypeAsync("tail -n 1 greet.js");
        await workbench.WaitForTerminalAsync("^// by letters");
        await page.GetByTestId("run").ClickAsync();
        await page.GetByTestId("preview:3000").ClickAsync(new() { Timeout = Soon });
        await Expect(page.FrameLocator("[data-testid=preview-frame]").GetByRole(AriaRole.Heading)).ToHaveTextAsync("Hello, world!", new() { Timeout = Soon });
        await visitor.LookAtOnceAsync("workbench-firefox");

        // Both see what either types.
        await page.GetByTestId("share").ClickAsync();
        await page.GetByTestId("share-role").SelectOptionAsync("editor");
        await page.GetByTestId("make-link").ClickAsync();
        var link = await page.GetByTestId("share-url").InputValueAsync(new() { Timeout = Soon });
        await page.GetByTestId("share-dialog").GetByRole(AriaRole.Button, new() { Name = "Close" }).ClickAsync();
        await using var guest = await chromium.VisitAsync(product);
        await guest.SignInAsync("barbara");
        await guest.Page.GotoAsync(link);
        await guest.Page.GetByTestId("join").ClickAsync(new() { Timeout = Soon });
        var theirs = new WorkbenchPage(guest.Page);
        await theirs.ConnectedAsync();
        await theirs.OpenAsync("greet.js");
        await Expect(theirs.Editor).ToContainTextAsync("// by letters", new() { Timeout = Soon });
        await theirs.Editor.ClickAsync();
        await guest.Page.Keyboard.PressAsync("Control+End");
        await guest.Page.Keyboard.TypeAsync(", seen");
        await Expect(workbench.Editor).ToContainTextAsync("// by letters, seen", new() { Timeout = Soon });
        await workbench.Editor.ClickAsync();
        await page.Keyboard.PressAsync("Control+End");
        await page.Keyboard.TypeAsync(", and answered");
        await Expect(theirs.Editor).ToContainTextAsync("// by letters, seen, and answered", new() { Timeout = Soon });
        await Expect(page.GetByRole(AriaRole.List, new() { Name = "People here" }).GetByRole(AriaRole.Button, new() { NameRegex = new Regex("Barbara") })).ToBeVisibleAsync();

        await page.ReloadAsync();
        await workbench.ConnectedAsync();
        await Expect(workbench.Editor).ToContainTextAsync("// by letters, seen, and answered", new() { Timeout = Soon });
        await page.SetViewportSizeAsync(390, 844);
        await page.GetByTestId("switch-terminal").ClickAsync();
        await Expect(workbench.Editor).ToBeHiddenAsync();
        await visitor.PictureAsync("workbench-firefox-phone");
        // Its protocol tells of what pages that are left had begun as of errors: only ours count.
        Assert.DoesNotContain(visitor.Exceptions, error => Regex.IsMatch(error, @"/workbench/\S+\.js:"));
    }

    [Fact]
    public async Task What_is_typed_as_the_page_is_left_is_sent_all_the_same()
    {
        await using var visitor = await VisitAsync();
        await visitor.SignInAsync("linus");
        await visitor.CreateReplAsync("python", "Left " + Guid.NewGuid().ToString("N")[..6]);
        var page = visitor.Page;
        var workbench = new WorkbenchPage(page);
        await workbench.ReadyAsync();
        var address = page.Url;
        await workbench.OpenAsync("main.py");
        await workbench.Editor.ClickAsync();
        await page.Keyboard.PressAsync("Control+End");
        await workbench.TypeAndLeaveAsync();

        // Another browser has nothing of what the first one kept.
        await using var other = await chromium.VisitAsync(product);
        await other.SignInAsync("linus");
        await other.Page.GotoAsync(address);
        var second = new WorkbenchPage(other.Page);
        await second.ConnectedAsync();
        await second.OpenAsync("main.py");
        await Expect(second.Editor).ToContainTextAsync("# the last words", new() { Timeout = Soon });
    }

    private Task<Visitor> VisitAsync() => firefox.VisitAsync(product.Web, saidOf: product.SaidOf);
}
