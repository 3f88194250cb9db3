using System.Text.RegularExpressions;
using Microsoft.Playwright;
using Xunit;
using static Microsoft.Playwright.Assertions;

namespace Devex.Browser.Tests;

/// <summary>Finding: text in all files, files by name, and commands, by keyboard.</summary>
public sealed class SearchTests(Product product, Chromium chromium)
{
    private static readonly LocatorAssertionsToHaveTextOptions Soon = new() { Timeout = 60_000 };

    [Fact]
    public async Task Text_is_found_and_replaced_in_all_files_and_files_and_commands_are_picked_by_some_letters()
    {
        await using var visitor = await chromium.VisitAsync(product);
        await visitor.SignInAsync("ada");
        var page = visitor.Page;
        // Before the page that is to ask for it: what one that is open asks for in this moment may pass by.
        var arrived = new TaskCompletionSource();
        await page.RouteAsync("**/searchPanel*.js", async route =>
        {
            await arrived.Task;
            await route.ContinueAsync();
        });
        await visitor.CreateReplAsync("node", "Finding " + Guid.NewGuid().ToString("N")[..6]);
        var workbench = new WorkbenchPage(page);
        await workbench.ReadyAsync();
        await workbench.TypeAsync(
            "mkdir -p src/deep && for i in 1 2 3; do printf 'const colour%s = \"blue\";\\n// Colour of nothing\\n' $i > src/deep/part$i.js; done && echo made-$((1+1))");
        await workbench.WaitForTerminalAsync("^made-2");

        // From the editor's side: Ctrl-Shift-F, words typed, matches told while they are found.
        // Who types at once, while the panel is still on its way, loses no letter.
        await page.Keyboard.PressAsync("Control+Shift+f");
        await page.Keyboard.TypeAsync("colour");
        Assert.Equal(0, await page.GetByTestId("search-text").CountAsync());
        arrived.SetResult();
        await Expect(page.GetByTestId("search-text")).ToHaveValueAsync("colour", new() { Timeout = 60_000 });
        var summary = page.GetByTestId("search-summary");
        await Expect(summary).ToHaveTextAsync("6 matches in 3 files.", Soon);
        await page.GetByTestId("toggle:Match case").ClickAsync();
        await Expect(page.GetByTestId("toggle:Match case")).ToHaveAttributeAsync("aria-pressed", "true", new() { Timeout = 60_000 });
        await Expect(summary).ToHaveTextAsync("3 matches in 3 files.", Soon);
        await visitor.LookAsync("workbench-search");

        // A match opens its file with the match selected.
        await page.GetByTestId("found:src/deep/part2.js").GetByTitle("Line 1", new() { Exact = true }).ClickAsync();
        await Expect(page.GetByTestId("tab:src/deep/part2.js")).ToHaveAttributeAsync("aria-selected", "true", new() { Timeout = 60_000 });
        await Expect(page.GetByTestId("status-cursor")).ToHaveTextAsync("Ln 1, Col 13 (6 selected)", Soon);

        // Replacing shows what it will do, leaves out what is taken out, and an open file follows.
        await page.Keyboard.PressAsync("Control+Shift+h");
        await page.GetByTestId("search-text").FillAsync("colour");
        await page.GetByTestId("search-replacement").FillAsync("color");
        await Expect(page.GetByTestId("found:src/deep/part1.js").Locator("ins")).ToHaveTextAsync("color", Soon);
        await page.GetByTestId("found:src/deep/part3.js").GetByRole(AriaRole.Button, new() { Name = "Leave out part3.js" }).ClickAsync();
        await Expect(summary).ToHaveTextAsync("2 matches in 2 files.", Soon);
        await visitor.LookAsync("workbench-replace");
        await page.GetByTestId("replace-all").ClickAsync();
        await page.GetByTestId("dialog-confirm").ClickAsync();
        await Expect(workbench.Editor).ToContainTextAsync("const color2", new() { Timeout = 60_000 });
        await Expect(summary).ToHaveTextAsync("1 match in 1 file.", Soon);
        await workbench.TypeAsync("cat src/deep/*.js");
        await workbench.WaitForTerminalAsync("^const color1[^$]*^const color2[^$]*^const colour3");

        // A file by some letters of it, with a line; Ctrl-P is the shell's in the terminal.
        await workbench.Editor.ClickAsync();
        await page.Keyboard.PressAsync("Control+p");
        await page.GetByTestId("picker-input").FillAsync("dp3:2");
        await Expect(page.GetByTestId("pick:src/deep/part3.js")).ToHaveAttributeAsync("aria-selected", "true", new() { Timeout = 60_000 });
        await visitor.LookAsync("workbench-quick-open");
        await page.Keyboard.PressAsync("Enter");
        await Expect(page.GetByTestId("tab:src/deep/part3.js")).ToHaveAttributeAsync("aria-selected", "true", new() { Timeout = 60_000 });
        await Expect(page.GetByTestId("status-cursor")).ToHaveTextAsync("Ln 2, Col 1", Soon);

        // Every command, with its key.
        await page.Keyboard.PressAsync("Control+Shift+p");
        await Expect(page.GetByTestId("pick:run.toggle")).ToContainTextAsync("Ctrl Enter", new() { Timeout = 60_000 });
        await page.GetByTestId("picker-input").FillAsync(">close tab");
        await Expect(page.GetByTestId("pick:tab.close")).ToHaveAttributeAsync("aria-selected", "true", new() { Timeout = 60_000 });
        await visitor.LookAsync("workbench-commands");
        await page.Keyboard.PressAsync("Enter");
        await Expect(page.GetByTestId("tab:src/deep/part3.js")).ToHaveCountAsync(0, new() { Timeout = 60_000 });
        Assert.Empty(visitor.Exceptions);
    }

    /// <summary>Who knows a file's name types it, Enter, and goes on in the file, without looking whether anything was fetched yet.</summary>
    [Fact]
    public async Task What_is_typed_behind_the_Enter_that_asks_for_a_file_goes_into_that_file_and_no_other()
    {
        await using var visitor = await chromium.VisitAsync(product);
        await visitor.SignInAsync("ada");
        var page = visitor.Page;
        var arrived = new TaskCompletionSource();
        await page.RouteAsync("**/quickOpen*.js", async route =>
        {
            await arrived.Task;
            await route.ContinueAsync();
        });
        await visitor.CreateReplAsync("node", "Blind " + Guid.NewGuid().ToString("N")[..6]);
        var workbench = new WorkbenchPage(page);
        await workbench.ReadyAsync();
        var first = await page.EvaluateAsync<string>("() => window.devexWorkbench.editorText()");

        await workbench.Editor.ClickAsync();
        await page.Keyboard.PressAsync("Control+p");
        await page.Keyboard.TypeAsync("greet.js\n// first\n// sec");
        Assert.Equal(0, await page.GetByTestId("picker-input").CountAsync());
        arrived.SetResult();
        await page.Keyboard.TypeAsync("ond\n");
        await Expect(page.GetByTestId("tab:greet.js")).ToHaveAttributeAsync("aria-selected", "true", new() { Timeout = 60_000 });
        await Expect(workbench.Editor).ToContainTextAsync("// second", new() { Timeout = 60_000 });
        await page.Keyboard.TypeAsync("// third\n");
        Assert.StartsWith("// first\n// second\n// third\nconst", await page.EvaluateAsync<string>("() => window.devexWorkbench.editorText()"), StringComparison.Ordinal);

        // The same with everything there, and a command, which takes no text.
        await page.Keyboard.PressAsync("Control+p");
        await page.Keyboard.TypeAsync("greet.test\n// of the test\n");
        await Expect(page.GetByTestId("tab:greet.test.js")).ToHaveAttributeAsync("aria-selected", "true", new() { Timeout = 60_000 });
        await Expect(workbench.Editor).ToContainTextAsync("// of the test", new() { Timeout = 60_000 });
        await page.Keyboard.PressAsync("Control+Shift+p");
        await page.Keyboard.TypeAsync("close tab\n");
        await Expect(page.GetByTestId("tab:greet.test.js")).ToHaveCountAsync(0, new() { Timeout = 60_000 });

        // A new file, and one that is opened from the tree.
        await page.GetByRole(AriaRole.Button, new() { Name = "New file", Exact = true }).ClickAsync();
        await page.GetByTestId("name-input").FillAsync("new.txt");
        await page.Keyboard.TypeAsync("\nat once\n");
        await Expect(page.GetByTestId("tab:new.txt")).ToHaveAttributeAsync("aria-selected", "true", new() { Timeout = 60_000 });
        await Expect(workbench.Editor).ToHaveTextAsync("at once", new() { Timeout = 60_000 });
        await workbench.Tree.FocusAsync();
        await page.Keyboard.PressAsync("ArrowDown");
        await page.Keyboard.TypeAsync("\n\n");
        await Expect(page.GetByTestId("tab:package.json")).ToHaveAttributeAsync("aria-selected", "true", new() { Timeout = 60_000 });
        await Expect(workbench.Editor).ToContainTextAsync("\"version\"", new() { Timeout = 60_000 });
        Assert.StartsWith("\n{", await page.EvaluateAsync<string>("() => window.devexWorkbench.editorText()"), StringComparison.Ordinal);

        await page.GetByTestId("tab:index.js").ClickAsync();
        Assert.Equal(first, await page.EvaluateAsync<string>("() => window.devexWorkbench.editorText()"));
        Assert.Empty(visitor.Exceptions);
    }

    [Fact]
    public async Task On_a_phone_panels_are_chosen_at_the_top_of_the_side()
    {
        await using var visitor = await chromium.VisitAsync(product, 390, 844, light: true);
        await visitor.SignInAsync("ada");
        await visitor.CreateReplAsync("node", "Pocket " + Guid.NewGuid().ToString("N")[..6]);
        var workbench = new WorkbenchPage(visitor.Page);
        await workbench.ConnectedAsync();
        await visitor.Page.GetByTestId("switch-files").ClickAsync();
        await visitor.Page.GetByTestId("toggle-search").ClickAsync();
        await visitor.Page.GetByTestId("search-text").FillAsync("greet");
        await Expect(visitor.Page.GetByTestId("search-summary")).ToHaveTextAsync(new Regex("matches in \\d files?\\.$"), new() { Timeout = 60_000 });
        await visitor.LookAsync("phone-light-search");
        await visitor.Page.GetByTestId("found:greet.js").GetByTitle("Line 4", new() { Exact = true }).First.ClickAsync();
        await Expect(workbench.Editor).ToBeVisibleAsync(new() { Timeout = 60_000 });
        Assert.Empty(visitor.Exceptions);
    }
}
