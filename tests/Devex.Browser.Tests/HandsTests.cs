using System.Text.RegularExpressions;
using Microsoft.Playwright;
using Xunit;
using static Microsoft.Playwright.Assertions;

namespace Devex.Browser.Tests;

/// <summary>The workbench in other hands than those of a mouse at a desk: keys alone, and a finger on a phone.</summary>
public sealed class HandsTests(Product product, Chromium chromium)
{
    [Fact]
    public async Task One_repl_is_worked_in_by_keys_alone_and_then_on_a_phone()
    {
        await using var desk = await chromium.VisitAsync(product);
        await desk.SignInAsync("alan");
        await desk.CreateReplAsync("node", "Greeter");
        await new WorkbenchPage(desk.Page).ReadyAsync();
        await UseKeysAsync(desk.Page);
        await desk.PictureAsync("workbench-running");
        await SetPanesAsync(desk.Page);
        Assert.Empty(desk.Exceptions);

        await using var phone = await chromium.VisitAsync(product, 390, 844);
        await phone.SignInAsync("alan");
        await phone.Page.GotoAsync(desk.Page.Url);
        await UsePhoneAsync(phone);
        Assert.Empty(phone.Exceptions);
        await desk.StopReplAsync("Greeter");
    }

    private static async Task UseKeysAsync(IPage page)
    {
        var workbench = new WorkbenchPage(page);
        await Expect(page.GetByTestId("status-latency")).ToHaveTextAsync(new Regex("^[0-9.,]+ m?s$"));

        await page.Keyboard.PressAsync("F1");
        await Expect(page.GetByTestId("keys")).ToContainTextAsync("Next pane");
        await page.Keyboard.PressAsync("Escape");
        await Expect(page.GetByTestId("keys")).ToHaveCountAsync(0);

        // From pane to pane, into the terminal, and back where typing goes into the file.
        await workbench.Tree.FocusAsync();
        await page.Keyboard.PressAsync("F6");
        await Expect(workbench.Editor).ToBeFocusedAsync();

        // One cursor is the browser's own; of several, and of a selection, each is drawn.
        var (cursors, selected) = (page.Locator(".cm-cursor"), page.Locator(".cm-selectionBackground"));
        await Expect(page.Locator(".cm-cursorLayer")).ToHaveCountAsync(0);
        await page.Keyboard.PressAsync("Control+Home");
        await page.Keyboard.PressAsync("Control+Alt+ArrowDown");
        await Expect(cursors).ToHaveCountAsync(2);
        await page.Keyboard.PressAsync("Escape");
        await Expect(cursors).ToHaveCountAsync(0);
        await page.Keyboard.PressAsync("Shift+End");
        await Expect(selected).ToHaveCountAsync(1);
        await page.Keyboard.PressAsync("Home");
        await Expect(page.Locator(".cm-cursorLayer")).ToHaveCountAsync(0);

        await page.Keyboard.PressAsync("Control+Backquote");
        await page.Keyboard.TypeAsync("echo by-''keys");
        await page.Keyboard.PressAsync("Enter");
        await workbench.WaitForTerminalAsync("^by-keys");
        await page.Keyboard.PressAsync("Control+Backquote");
        await Expect(workbench.Editor).ToBeFocusedAsync();
        await page.Keyboard.PressAsync("Control+Enter");
        await workbench.WaitForTerminalAsync("^Listening on http://localhost:3000");
        await Expect(page.GetByTestId("port:3000")).ToBeVisibleAsync();
    }

    /// <summary>By arrows and by pointer; a reload finds them as they were left.</summary>
    private static async Task SetPanesAsync(IPage page)
    {
        var side = page.GetByRole(AriaRole.Separator, new() { Name = "Width of the side panel" });
        var panel = page.GetByRole(AriaRole.Separator, new() { Name = "Height of the terminal" });
        await side.FocusAsync();
        await page.Keyboard.PressAsync("Shift+ArrowRight");
        var width = await side.GetAttributeAsync("aria-valuenow");
        var height = int.Parse(await panel.GetAttributeAsync("aria-valuenow") ?? "", System.Globalization.CultureInfo.InvariantCulture);
        await panel.HoverAsync();
        await page.Mouse.DownAsync();
        var box = await panel.BoundingBoxAsync();
        await page.Mouse.MoveAsync(700, box!.Y - 60);
        await page.Mouse.UpAsync();
        await Expect(panel).Not.ToHaveAttributeAsync("aria-valuenow", $"{height}");
        var dragged = await panel.GetAttributeAsync("aria-valuenow");
        await page.ReloadAsync();
        await Expect(side).ToHaveAttributeAsync("aria-valuenow", width!);
        await Expect(panel).ToHaveAttributeAsync("aria-valuenow", dragged!);
        await new WorkbenchPage(page).ConnectedAsync();
    }

    private static async Task UsePhoneAsync(Visitor phone)
    {
        var page = phone.Page;
        var workbench = new WorkbenchPage(page);
        await workbench.ConnectedAsync();

        // One pane at a time: a file that is picked comes to the front.
        await page.GetByTestId("switch-files").ClickAsync();
        await Expect(workbench.Editor).ToBeHiddenAsync();
        await phone.PictureAsync("phone-files");
        await workbench.OpenAsync("greet.test.js");
        await Expect(workbench.Editor).ToContainTextAsync("greets by name");
        await Expect(workbench.Tree).ToBeHiddenAsync();
        await workbench.RewriteAsync("console.log(\"from a phone\");");

        // Keys that its keyboard lacks: an indentation by Tab at the start of the line.
        await page.Keyboard.PressAsync("Home");
        await page.GetByRole(AriaRole.Button, new() { Name = "Tab", Exact = true }).ClickAsync();
        await workbench.SavedAsync();
        Assert.Equal("  console.log(\"from a phone\");", await page.EvaluateAsync<string>("() => window.devexWorkbench.editorText()"));

        await page.GetByTestId("switch-terminal").ClickAsync();
        await Expect(workbench.Editor).ToBeHiddenAsync();
        await workbench.NewTerminalAsync();
        await workbench.TypeAsync("node greet.test.js");
        await workbench.WaitForTerminalAsync("^from a phone");
        // The last line again by an arrow, and Ctrl-C by the row.
        await page.GetByRole(AriaRole.Button, new() { Name = "Up", Exact = true }).ClickAsync();
        // Ctrl-C would be nobody's between two programs: the second says when it is there.
        await page.Keyboard.TypeAsync(" && sh -c \"echo a''sleep; exec sleep 1000\"");
        await page.Keyboard.PressAsync("Enter");
        await workbench.WaitForTerminalAsync("^asleep");
        await page.GetByRole(AriaRole.Button, new() { Name = "Ctrl", Exact = true }).ClickAsync();
        await page.Keyboard.PressAsync("c");
        await workbench.TypeAsync("echo inter''rupted");
        await workbench.WaitForTerminalAsync("^interrupted");
        await phone.LookAsync("phone-terminal");
    }
}
