using Microsoft.Playwright;
using Xunit;
using static Microsoft.Playwright.Assertions;

namespace Devex.Browser.Tests;

/// <summary>The row of terminals: names that people give, and finding in what was put out.</summary>
public sealed class TerminalPanelTests(Product product, Chromium chromium)
{
    private const float Soon = 60_000;

    [Fact]
    public async Task A_terminal_is_renamed_for_everybody_and_its_output_is_looked_through()
    {
        await using var visitor = await chromium.VisitAsync(product);
        await visitor.SignInAsync("alan");
        await visitor.CreateReplAsync("bash", "Terminals " + Guid.NewGuid().ToString("N")[..6]);
        var page = visitor.Page;
        var workbench = new WorkbenchPage(page);
        await workbench.ReadyAsync();
        // What a terminal may change that no snapshot has is said once, before anything else.
        Assert.StartsWith("Files here and in your home are saved. Packages of the system are not.\n", await workbench.TerminalTextAsync(), StringComparison.Ordinal);
        var tab = page.GetByRole(AriaRole.Tablist, new() { Name = "Terminals" }).GetByRole(AriaRole.Tab);
        await tab.DblClickAsync();
        await page.GetByTestId("dialog-text").FillAsync("server");
        await page.GetByTestId("dialog-confirm").ClickAsync();
        await Expect(tab).ToContainTextAsync("server", new() { Timeout = Soon });

        // Programs do not take the name back, and the next page has it too.
        await workbench.TypeAsync("printf '\\033]0;mine\\007'; seq 1 500; echo needle-$((40+2)); seq 1 200");
        await workbench.WaitForTerminalAsync("^200$");
        await Expect(tab).ToContainTextAsync("server");
        await page.Keyboard.PressAsync("Alt+Shift+F");
        await page.GetByTestId("terminal-find").FillAsync("needle-42");
        await Expect(page.GetByTestId("terminal-found")).ToHaveTextAsync("");
        await visitor.LookAsync("workbench-terminal-find");
        await page.GetByTestId("terminal-find").FillAsync("nowhere at all");
        await Expect(page.GetByTestId("terminal-found")).ToHaveTextAsync("Not found", new() { Timeout = Soon });
        await page.Keyboard.PressAsync("Escape");
        await Expect(page.GetByTestId("terminal-find")).ToBeHiddenAsync();
        await page.ReloadAsync();
        await workbench.ConnectedAsync();
        await Expect(tab).ToContainTextAsync("server", new() { Timeout = Soon });
        await workbench.WaitForTerminalAsync("needle-42");
        Assert.DoesNotContain("Packages of the system", await workbench.TerminalTextAsync(), StringComparison.Ordinal);
        Assert.Empty(visitor.Exceptions);
    }
}
