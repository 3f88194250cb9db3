using System.Text.RegularExpressions;
using Microsoft.Playwright;
using Xunit;
using static Microsoft.Playwright.Assertions;

namespace Devex.Browser.Tests;

/// <summary>A real language server, fetched as for the first REPL of a machine, and what it does for who writes.</summary>
public sealed class LanguageTests(Product product, Chromium chromium)
{
    private const float Soon = 60_000;

    // Its packages come from npm's registry first.
    private const float Fetched = 240_000;

    [Fact]
    public async Task Code_is_completed_explained_checked_found_and_renamed_and_a_crash_is_told_and_mended()
    {
        await using var visitor = await chromium.VisitAsync(product);
        var (files, language) = (await SessionLine.OfTextAsync(visitor.Page), await SessionLine.OfTextAsync(visitor.Page, "/lsp/[^/?]+"));
        await visitor.SignInAsync("margaret");
        var name = "Languages " + Guid.NewGuid().ToString("N")[..6];
        await visitor.CreateReplAsync("node", name);
        var (page, workbench) = (visitor.Page, new WorkbenchPage(visitor.Page));
        await workbench.ReadyAsync();
        var server = page.GetByTestId("status-server");
        await Expect(server).ToHaveAttributeAsync("title", "TypeScript: its language server runs", new() { Timeout = Fetched });

        // Completed: what another file exports, by some letters.
        await workbench.Editor.ClickAsync();
        await page.Keyboard.PressAsync("Control+End");
        await page.Keyboard.TypeAsync("gree");
        var list = page.Locator(".cm-tooltip-autocomplete");
        await Expect(list.GetByRole(AriaRole.Option, new() { NameRegex = new Regex("^greet") }).First).ToBeVisibleAsync(new() { Timeout = Soon });
        // Its list is moved through by the arrow keys from the text, which has the keyboard; axe knows this of comboboxes only.
        await visitor.PictureAsync("workbench-completion");
        await page.Keyboard.PressAsync("Escape");
        await Expect(list).ToBeHiddenAsync();

        // Checked: what is wrong is underlined, and in words for who points at it.
        await page.Keyboard.TypeAsync("t(;");
        await Expect(page.Locator(".cm-lintRange-error").First).ToBeVisibleAsync(new() { Timeout = Soon });
        // In an editor beside this one, too.
        await page.Keyboard.PressAsync("Control+\\");
        await Expect(page.GetByTestId("editor-group-2").Locator(".cm-lintRange-error").First).ToBeVisibleAsync(new() { Timeout = Soon });
        await page.Keyboard.PressAsync("Alt+w");
        await Expect(page.GetByTestId("editor-group-2")).ToHaveCountAsync(0);
        await Expect(workbench.Editor).ToBeFocusedAsync();
        await page.Keyboard.PressAsync("F8");
        await visitor.PictureAsync("workbench-problem");
        await page.Keyboard.PressAsync("Control+z");
        await page.Keyboard.PressAsync("Control+End");
        await page.Keyboard.PressAsync("Shift+Home");
        await page.Keyboard.PressAsync("Delete");
        await Expect(page.Locator(".cm-lintRange-error")).ToHaveCountAsync(0, new() { Timeout = Soon });

        // Explained.
        var word = page.Locator(".cm-line").Filter(new() { HasText = "response.end" }).GetByText("greet", new() { Exact = true }).First;
        await word.HoverAsync();
        var hover = page.Locator(".cm-tooltip-hover");
        await Expect(hover).ToContainTextAsync("greet(name", new() { Timeout = Soon });
        await Expect(hover).ToContainTextAsync("escaped for HTML", new() { Timeout = Soon });
        await visitor.LookAsync("workbench-hover");

        // Asked where it is defined, but who asked goes on meanwhile: they stay where they type.
        await word.ClickAsync();
        language.Hold();
        await page.Keyboard.PressAsync("F12");
        await page.Keyboard.TypeAsync("/**/");
        language.Release();
        await Expect(page.Locator(".cm-lintRange-error")).ToHaveCountAsync(0, new() { Timeout = Soon });
        await Expect(workbench.Editor).ToContainTextAsync("/**/");
        await workbench.SavedAsync();
        await Expect(page.GetByTestId("tab:greet.js")).ToHaveCountAsync(0);
        await page.Keyboard.PressAsync("Control+z");
        await Expect(workbench.Editor).Not.ToContainTextAsync("/**/");

        // Found, in another file; what is typed until that is open goes to the place that was asked for.
        await word.ClickAsync();
        files.Hold();
        await page.Keyboard.PressAsync("F12");
        await Expect(page.GetByLabel("Loading", new() { Exact = true })).ToBeFocusedAsync(new() { Timeout = Soon });
        await page.Keyboard.TypeAsync("un");
        files.Release();
        await Expect(page.GetByTestId("tab:greet.js")).ToHaveAttributeAsync("aria-selected", "true", new() { Timeout = Soon });
        await Expect(page.GetByTestId("status-cursor")).ToHaveTextAsync(new Regex("^Ln 4, Col 19"), new() { Timeout = Soon });
        await Expect(workbench.Editor).ToContainTextAsync("export function ungreet(");
        await Expect(workbench.Editor).ToBeFocusedAsync();
        await page.Keyboard.PressAsync("Control+z");
        await Expect(page.GetByTestId("status-cursor")).ToHaveTextAsync(new Regex("^Ln 4, Col 17"), new() { Timeout = Soon });

        // Renamed, in both files, by who types the name before the dialog is there.
        language.Hold();
        await page.Keyboard.PressAsync("F2");
        await page.Keyboard.TypeAsync("welc");
        language.Release();
        await Expect(page.GetByTestId("rename-input")).ToHaveValueAsync("welc", new() { Timeout = Soon });
        await page.Keyboard.TypeAsync("ome");
        await visitor.LookAsync("workbench-rename");
        await page.Keyboard.PressAsync("Enter");
        await Expect(workbench.Editor).ToContainTextAsync("export function welcome(", new() { Timeout = Soon });
        await workbench.WaitForTerminalAsync("\\$\\s*$");
        await page.GetByTestId("tab:index.js").ClickAsync();
        await Expect(workbench.Editor).ToContainTextAsync("import { welcome } from", new() { Timeout = Soon });
        await workbench.SavedAsync();
        await workbench.TypeAsync("clear; grep -c welcome index.js greet.js");
        await workbench.WaitForTerminalAsync("^index.js:[23]\\s+greet.js:1");

        // And back, by who has pressed Enter and typed on before there was a dialog.
        await page.GetByTestId("tab:greet.js").ClickAsync();
        await workbench.Editor.FocusAsync();
        await page.Keyboard.PressAsync("Home");
        for (var passed = 0; passed < 3; passed++)
            await page.Keyboard.PressAsync("Control+ArrowRight");
        language.Hold();
        await page.Keyboard.PressAsync("F2");
        await page.Keyboard.TypeAsync("greet");
        await page.Keyboard.PressAsync("Enter");
        await page.Keyboard.TypeAsync("s");
        language.Release();
        await Expect(workbench.Editor).ToContainTextAsync("export function greets(", new() { Timeout = Soon });
        await Expect(page.GetByTestId("rename-input")).ToHaveCountAsync(0);
        await page.Keyboard.PressAsync("Backspace");
        await page.GetByTestId("tab:index.js").ClickAsync();
        await Expect(workbench.Editor).ToContainTextAsync("import { greet } from", new() { Timeout = Soon });
        await Expect(page.Locator(".cm-lintRange-error")).ToHaveCountAsync(0, new() { Timeout = Soon });

        // Formatted, by who saves and wants that.
        await workbench.Editor.FocusAsync();
        await page.Keyboard.PressAsync("Control+Home");
        await page.Keyboard.TypeAsync("const  untidy=1 ;\n");
        await page.Keyboard.PressAsync("Control+,");
        await page.GetByTestId("setting-format").CheckAsync();
        await page.GetByTestId("settings").GetByText("Close").ClickAsync();
        await workbench.Editor.FocusAsync();
        await page.Keyboard.PressAsync("Control+s");
        await Expect(workbench.Editor).ToContainTextAsync("const untidy = 1;", new() { Timeout = Soon });

        // It dies, people are told, and it is there again.
        await workbench.TypeAsync("kill -9 $(grep -la -- --lsp /proc/[0-9]*/cmdline | cut -d/ -f3 | grep -vx $$) 2>/dev/null");
        await Expect(page.GetByText("It starts again.").First).ToBeVisibleAsync(new() { Timeout = Soon });
        await visitor.PictureAsync("workbench-language-crash");
        await Expect(server).ToHaveAttributeAsync("title", "TypeScript: its language server runs", new() { Timeout = Soon });
        Assert.Empty(visitor.Exceptions);
        await visitor.StopReplAsync(name);
    }
}
