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
        await visitor.SignInAsync("barbara");
        await visitor.CreateReplAsync("node", name);
        var page = visitor.Page;
        var workbench = new WorkbenchPage(page);
        await workbench.ReadyAsync();
        await page.Keyboard.PressAsync("Control+,");
        await page.GetByTestId("setting-font").FillAsync("18");
        await page.Keyboard.PressAsync("Tab");
        await page.GetByTestId("setting-keys").SelectOptionAsync("vim");
        await visitor.LookAsync("workbench-settings");
        await page.GetByTestId("settings").GetByText("Close").ClickAsync();
        await Expect(page.Locator(".cm-editor")).ToHaveCSSAsync("font-size", "18px", new() { Timeout = Soon });

        // As in vim: dd takes the line, i begins to insert.
        await Expect(page.Locator(".cm-vim-panel")).ToBeVisibleAsync(new() { Timeout = Soon });
        await workbench.Editor.ClickAsync();
        await page.Keyboard.TypeAsync("ggddi// by vim");
        await page.Keyboard.PressAsync("Escape");
        await Expect(workbench.Editor).ToContainTextAsync("// by vim", new() { Timeout = Soon });
        await Expect(workbench.Editor).Not.ToContainTextAsync("A web server that greets you");

        // Another browser of the same person.
        await using var elsewhere = await chromium.VisitAsync(product);
        await elsewhere.SignInAsync("barbara");
        await elsewhere.Page.GotoAsync(page.Url);
        await new WorkbenchPage(elsewhere.Page).ConnectedAsync();
        await Expect(elsewhere.Page.Locator(".cm-editor")).ToHaveCSSAsync("font-size", "18px", new() { Timeout = Soon });
        await Expect(elsewhere.Page.Locator(".cm-vim-panel")).ToBeVisibleAsync(new() { Timeout = Soon });
        await elsewhere.Page.GetByTestId("settings-open").ClickAsync();
        await elsewhere.Page.GetByTestId("settings-reset").ClickAsync();
        await Expect(elsewhere.Page.Locator(".cm-editor")).ToHaveCSSAsync("font-size", "13px", new() { Timeout = Soon });
        Assert.Empty(visitor.Exceptions);
    }
}
