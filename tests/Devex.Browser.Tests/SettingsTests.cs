using Microsoft.Playwright;
using Xunit;
using static Microsoft.Playwright.Assertions;

namespace Devex.Browser.Tests;

/// <summary>How a person likes the editor holds at once, and at the next machine.</summary>
public sealed class SettingsTests(Product product, Chromium chromium)
{
    private const float Soon = 60_000;

    [Fact]
    public async Task Settings_take_effect_at_once_and_follow_the_person()
    {
        var name = "Settings " + Guid.NewGuid().ToString("N")[..6];
        await using var visitor = await chromium.VisitAsync(product);
        var line = await SessionLine.OfTextAsync(visitor.Page);
        await visitor.SignInAsync("barbara");
        await visitor.CreateReplAsync("node", name);
        var page = visitor.Page;
        var workbench = new WorkbenchPage(page);
        await workbench.ReadyAsync();
        await page.Keyboard.PressAsync("Control+,");
        await page.GetByTestId("setting-font").FillAsync("18");
        await page.Keyboard.PressAsync("Tab");
        await page.GetByTestId("setting-keys").SelectOptionAsync("vim");
        await page.GetByTestId("setting-theme").SelectOptionAsync("light");
        await Expect(page.Locator("html")).ToHaveAttributeAsync("data-theme", "light", new() { Timeout = Soon });
        await visitor.LookAsync("workbench-settings-light");
        await page.SetViewportSizeAsync(390, 844);
        await visitor.LookAsync("workbench-settings-light-phone");
        await page.GetByTestId("setting-theme").SelectOptionAsync("system");
        await page.EmulateMediaAsync(new() { ColorScheme = ColorScheme.Dark });
        await Expect(page.Locator("html")).ToHaveAttributeAsync("data-theme", "dark", new() { Timeout = Soon });
        await visitor.LookAsync("workbench-settings-phone");
        await page.SetViewportSizeAsync(1440, 900);
        await visitor.LookAsync("workbench-settings");
        await page.EmulateMediaAsync(new() { ColorScheme = ColorScheme.Light });
        await Expect(page.Locator("html")).ToHaveAttributeAsync("data-theme", "light", new() { Timeout = Soon });
        await page.GetByTestId("setting-theme").SelectOptionAsync("light");
        await page.GetByTestId("settings").GetByText("Close").ClickAsync();
        await Expect(page.Locator(".cm-editor")).ToHaveCSSAsync("font-size", "18px", new() { Timeout = Soon });

        // As in vim: dd takes the line, i begins to insert.
        await Expect(page.Locator(".cm-vim-panel")).ToBeVisibleAsync(new() { Timeout = Soon });
        await workbench.Editor.ClickAsync();
        await page.Keyboard.TypeAsync("ggddi// by vim");
        await page.Keyboard.PressAsync("Escape");
        await Expect(workbench.Editor).ToContainTextAsync("// by vim", new() { Timeout = Soon });
        await Expect(workbench.Editor).Not.ToContainTextAsync("A web server that greets you");
        // So do keys that are pressed before a file is there.
        line.Hold();
        await page.Keyboard.PressAsync("Control+p");
        await page.Keyboard.TypeAsync("greet.js");
        await page.Keyboard.PressAsync("Enter");
        await Expect(page.GetByLabel("Loading", new() { Exact = true })).ToBeFocusedAsync(new() { Timeout = Soon });
        await page.Keyboard.TypeAsync("ddO// early");
        line.Release();
        await Expect(workbench.Editor).ToContainTextAsync("// early", new() { Timeout = Soon });
        await page.Keyboard.PressAsync("Escape");
        Assert.StartsWith("// early\n", await page.EvaluateAsync<string>("() => window.devexWorkbench.editorText()"), StringComparison.Ordinal);
        await Expect(workbench.Editor).Not.ToContainTextAsync("ddO");
        await page.Keyboard.PressAsync("Alt+w");
        // An editor beside it has vim's keys, and the history of the first.
        await page.Keyboard.PressAsync("Control+\\");
        var (left, right) = (page.GetByTestId("editor-group-1").GetByTestId("editor"), page.GetByTestId("editor-group-2"));
        await Expect(right.Locator(".cm-vim-panel")).ToBeVisibleAsync(new() { Timeout = Soon });
        await page.Keyboard.TypeAsync("ggO// beside");
        await page.Keyboard.PressAsync("Escape");
        await Expect(left).ToContainTextAsync("// beside", new() { Timeout = Soon });
        await page.Keyboard.TypeAsync("u");
        await Expect(left).Not.ToContainTextAsync("// beside", new() { Timeout = Soon });
        await page.Keyboard.PressAsync("Alt+w");
        await Expect(right).ToHaveCountAsync(0, new() { Timeout = Soon });

        // Another browser of the same person.
        await using var elsewhere = await chromium.VisitAsync(product);
        await elsewhere.SignInAsync("barbara");
        await elsewhere.Page.GotoAsync(page.Url);
        await new WorkbenchPage(elsewhere.Page).ConnectedAsync();
        await Expect(elsewhere.Page.Locator(".cm-editor")).ToHaveCSSAsync("font-size", "18px", new() { Timeout = Soon });
        await Expect(elsewhere.Page.Locator(".cm-vim-panel")).ToBeVisibleAsync(new() { Timeout = Soon });
        await Expect(elsewhere.Page.Locator("html")).ToHaveAttributeAsync("data-theme", "light", new() { Timeout = Soon });
        // The button of the header changes what was chosen, so that the next page keeps it.
        await elsewhere.Page.RunAndWaitForResponseAsync(
            () => elsewhere.Page.GetByTestId("theme").ClickAsync(), answer => answer.Request.Method == "PUT" && answer.Url.EndsWith("/me/settings", StringComparison.Ordinal));
        await elsewhere.Page.ReloadAsync();
        await new WorkbenchPage(elsewhere.Page).ConnectedAsync();
        await Expect(elsewhere.Page.Locator("html")).ToHaveAttributeAsync("data-theme", "dark", new() { Timeout = Soon });
        // So does that of the other pages.
        var workbenchUrl = elsewhere.Page.Url;
        await elsewhere.Page.GotoAsync("/");
        await elsewhere.Page.RunAndWaitForResponseAsync(
            () => elsewhere.Page.Locator("[data-theme-toggle]").ClickAsync(), answer => answer.Request.Method == "PUT" && answer.Url.EndsWith("/me/settings", StringComparison.Ordinal));
        await elsewhere.Page.GotoAsync(workbenchUrl);
        await new WorkbenchPage(elsewhere.Page).ConnectedAsync();
        await Expect(elsewhere.Page.Locator("html")).ToHaveAttributeAsync("data-theme", "light", new() { Timeout = Soon });
        await elsewhere.Page.GetByTestId("settings-open").ClickAsync();
        await elsewhere.Page.GetByTestId("settings-reset").ClickAsync();
        await Expect(elsewhere.Page.Locator(".cm-editor")).ToHaveCSSAsync("font-size", "13px", new() { Timeout = Soon });
        Assert.Empty(visitor.Exceptions);
    }
}
