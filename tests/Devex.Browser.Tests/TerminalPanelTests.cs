using System.Collections.Concurrent;
using System.Text.Json;
using System.Text.RegularExpressions;
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

    [Fact]
    public async Task What_is_typed_before_a_terminal_is_there_and_while_its_connection_is_lost_is_typed_into_it_once()
    {
        await using var visitor = await chromium.VisitAsync(product);
        await visitor.SignInAsync("alan");
        var page = visitor.Page;
        var line = await SessionLine.OfAsync(page, "/terminals/[^/?]+");
        await visitor.CreateReplAsync("bash", "Typing " + Guid.NewGuid().ToString("N")[..6]);
        var workbench = new WorkbenchPage(page);
        await workbench.ReadyAsync();
        var text = await page.EvaluateAsync<string>("() => window.devexWorkbench.editorText()");

        // A key asks for a terminal, and the person types on.
        await workbench.Editor.ClickAsync();
        await page.Keyboard.PressAsync("Alt+Shift+T");
        await page.Keyboard.TypeAsync("echo new-$((40+2))\n");
        await workbench.WaitForTerminalAsync("^new-42");
        Assert.Equal(text, await page.EvaluateAsync<string>("() => window.devexWorkbench.editorText()"));

        await line.CutAsync();
        await Expect(page.Locator(".dx-terminal.dx-disconnected")).Not.ToHaveCountAsync(0, new() { Timeout = Soon });
        await page.Keyboard.TypeAsync("echo lo");
        await line.Refused.WaitAsync(TimeSpan.FromMilliseconds(Soon), TestContext.Current.CancellationToken);
        await page.Keyboard.TypeAsync("st-$((40+3))\n");
        await visitor.LookAsync("workbench-terminal-lost");
        line.Mend();
        await workbench.WaitForTerminalAsync("^lost-43");
        await page.Keyboard.TypeAsync("echo back-$((40+4))\n");
        await workbench.WaitForTerminalAsync("^back-44");
        Assert.Single(Regex.Matches(await workbench.TerminalTextAsync(), "^lost-43", RegexOptions.Multiline));
        Assert.Empty(visitor.Exceptions);
    }

    [Fact]
    public async Task Who_goes_back_to_a_terminal_while_another_one_opens_types_on_there()
    {
        await using var visitor = await chromium.VisitAsync(product);
        await visitor.SignInAsync("alan");
        await visitor.CreateReplAsync("bash", "Staying " + Guid.NewGuid().ToString("N")[..6]);
        var page = visitor.Page;
        var workbench = new WorkbenchPage(page);
        await workbench.ReadyAsync();
        var tabs = page.GetByRole(AriaRole.Tablist, new() { Name = "Terminals" }).GetByRole(AriaRole.Tab);

        // Both within one turn of the page: no answer comes between them.
        await page.EvaluateAsync("() => { document.querySelector('[data-testid=new-terminal]').click(); document.querySelector('.dx-terminal textarea').focus(); }");
        await page.Keyboard.TypeAsync("echo sta");
        await Expect(tabs).ToHaveCountAsync(2, new() { Timeout = Soon });
        await page.Keyboard.TypeAsync("yed-$((40+2))\n");
        await workbench.WaitForTerminalAsync("^stayed-42");
        await Expect(tabs.First).ToHaveAttributeAsync("aria-selected", "true");

        // Two beside each other are two, wherever the person is.
        await page.EvaluateAsync("() => { document.querySelector('[data-testid=split-terminal]').click(); document.querySelector('.dx-terminal textarea').focus(); }");
        await Expect(page.Locator(".dx-terminal.dx-right")).ToBeVisibleAsync(new() { Timeout = Soon });
        await page.Keyboard.TypeAsync("echo left-$((40+3))\n");
        await workbench.WaitForTerminalAsync("^left-43");
        await Expect(tabs.First).ToHaveAttributeAsync("aria-selected", "true");
        Assert.Empty(visitor.Exceptions);
    }

    [Fact]
    public async Task A_tab_that_changes_under_the_pointer_is_clicked_all_the_same()
    {
        await using var visitor = await chromium.VisitAsync(product);
        await visitor.SignInAsync("alan");
        await visitor.CreateReplAsync("bash", "Busy title " + Guid.NewGuid().ToString("N")[..6]);
        var page = visitor.Page;
        var workbench = new WorkbenchPage(page);
        await workbench.ReadyAsync();
        await workbench.NewTerminalAsync();
        var tabs = page.GetByRole(AriaRole.Tablist, new() { Name = "Terminals" }).GetByRole(AriaRole.Tab);
        await workbench.TypeAsync("while :; do printf '\\033]0;busy %s\\007' $RANDOM; sleep 0.02; done");
        await Expect(tabs.Last).ToContainTextAsync("busy", new() { Timeout = Soon });
        await tabs.First.ClickAsync();
        await Expect(tabs.First).ToHaveAttributeAsync("aria-selected", "true");

        // As long as a slow hand holds the button.
        await tabs.Last.ClickAsync(new() { Delay = 400, Force = true });
        await Expect(tabs.Last).ToHaveAttributeAsync("aria-selected", "true");
        Assert.Empty(visitor.Exceptions);
    }

    /// <summary>Both change the width or the height of a character: WebGL's cells are of whole pixels.</summary>
    [Theory]
    [InlineData("font", "**/jetbrains-mono-latin-wght-normal*.woff2")]
    [InlineData("WebGL", "**/addon-webgl*.js")]
    public async Task A_terminal_is_as_large_as_ever_when_what_draws_it_comes_late(string what, string address)
    {
        await using var visitor = await chromium.VisitAsync(product);
        await visitor.SignInAsync("alan");
        var page = visitor.Page;
        // What stands in for the font is as wide as it on some machines: here it is not.
        var devtools = await visitor.Context.NewCDPSessionAsync(page);
        await devtools.SendAsync("Page.setFontFamilies", new() { ["fontFamilies"] = new Dictionary<string, string> { ["fixed"] = "serif" } });
        await visitor.CreateReplAsync("bash", $"Late {what} " + Guid.NewGuid().ToString("N")[..6]);
        var workbench = new WorkbenchPage(page);
        await workbench.ReadyAsync();
        // WebGL draws on these.
        await Expect(page.Locator(".xterm-screen canvas").First).ToBeVisibleAsync(new() { Timeout = Soon });
        var usual = await SizeAsync("usual");

        var (sizes, toldAgain) = (new ConcurrentQueue<string>(), new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        page.WebSocket += (_, socket) => socket.FrameSent += (_, frame) =>
        {
            if (frame.Text?.Contains("\"resize\"", StringComparison.Ordinal) != true)
                return;
            var told = JsonDocument.Parse(frame.Text).RootElement;
            var size = $"{told.GetProperty("rows")} {told.GetProperty("columns")}";
            // Each connection is told the size, which changes nothing where it is the same.
            if (size != sizes.LastOrDefault())
                sizes.Enqueue(size);
            if (sizes.Count == 2)
                toldAgain.TrySetResult();
        };
        var coming = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await page.RouteAsync(address, async route =>
        {
            await coming.Task;
            await route.ContinueAsync();
        });
        await page.ReloadAsync();
        await workbench.ConnectedAsync();
        await Expect(page.Locator(".xterm-screen").First).ToBeVisibleAsync(new() { Timeout = Soon });
        var meanwhile = await SizeAsync("meanwhile");
        Assert.NotEqual(usual, meanwhile);

        coming.SetResult();
        await toldAgain.Task.WaitAsync(TimeSpan.FromMilliseconds(Soon), TestContext.Current.CancellationToken);
        Assert.Equal(usual, await SizeAsync("afterwards"));
        // Nothing in between, which programs would draw themselves anew for.
        Assert.Equal([meanwhile, usual], sizes);
        Assert.Empty(visitor.Exceptions);

        // As programs in it know it: rows, then columns.
        async Task<string> SizeAsync(string when)
        {
            await workbench.TypeAsync($"echo {when}: $(stty size)");
            await workbench.WaitForTerminalAsync($"^{when}: \\d+ \\d+$");
            return Regex.Match(await workbench.TerminalTextAsync(), $"^{when}: (\\d+ \\d+)$", RegexOptions.Multiline).Groups[1].Value;
        }
    }
}
