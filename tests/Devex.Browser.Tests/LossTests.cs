using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Microsoft.Playwright;
using Xunit;
using static Microsoft.Playwright.Assertions;

namespace Devex.Browser.Tests;

/// <summary>What a person typed survives whatever happens to the connection, the page and the session.</summary>
public sealed class LossTests(Product product, Chromium chromium)
{
    private const float Patience = 90_000;

    [Fact]
    public async Task What_was_typed_offline_is_there_after_a_reload_of_the_tab()
    {
        await using var visitor = await chromium.VisitAsync(product);
        await visitor.SignInAsync("margaret");
        var line = await SessionLine.OfAsync(visitor.Page);
        await visitor.CreateReplAsync("python", "Reloaded");
        var workbench = new WorkbenchPage(visitor.Page);
        await workbench.ReadyAsync();
        await workbench.OpenAsync("main.py");
        await workbench.RewriteAsync("first = 20\n");
        await workbench.SavedAsync();

        await line.CutAsync();
        await Expect(visitor.Page.GetByTestId("banner")).ToBeVisibleAsync(new() { Timeout = Patience });
        await visitor.Page.Keyboard.PressAsync("Control+End");
        await visitor.Page.Keyboard.InsertTextAsync("print(first + 22)\n");
        await Expect(visitor.Page.GetByTestId("save-state")).ToHaveTextAsync("Offline: kept in this tab", new() { Timeout = Patience });
        await visitor.PictureAsync("workbench-offline");
        visitor.Page.Dialog += (_, dialog) => _ = dialog.AcceptAsync();
        line.Mend();
        await visitor.Page.ReloadAsync();

        await workbench.ConnectedAsync();
        await Expect(workbench.Editor).ToContainTextAsync("print(first + 22)", new() { Timeout = Patience });
        await workbench.SavedAsync();
        await workbench.TypeAsync("python3 main.py");
        await workbench.WaitForTerminalAsync("^42");
        Assert.Equal("first = 20\nprint(first + 22)\n", await visitor.Page.EvaluateAsync<string>("() => window.devexWorkbench.editorText()"));
        await visitor.StopReplAsync("Reloaded");
    }

    [Fact]
    public async Task What_is_typed_as_the_page_is_left_is_sent_all_the_same()
    {
        await using var visitor = await chromium.VisitAsync(product);
        await visitor.SignInAsync("alan");
        await visitor.CreateReplAsync("python", "Left");
        var workbench = new WorkbenchPage(visitor.Page);
        await workbench.ReadyAsync();
        await workbench.OpenAsync("main.py");
        await workbench.RewriteAsync("first = 20\n");
        await workbench.SavedAsync();
        await visitor.Page.Keyboard.PressAsync("Control+End");
        var address = visitor.Page.Url;

        await workbench.TypeAndLeaveAsync();

        // Another tab has nothing of what the first one kept.
        var other = await visitor.Context.NewPageAsync();
        await other.GotoAsync(address);
        var second = new WorkbenchPage(other);
        await second.ConnectedAsync();
        await second.OpenAsync("main.py");
        await Expect(second.Editor).ToContainTextAsync("# the last words", new() { Timeout = Patience });
        await other.CloseAsync();
        await visitor.StopReplAsync("Left");
    }

    [Fact]
    public async Task What_is_typed_as_its_tab_is_closed_is_sent_and_nothing_is_asked()
    {
        await using var visitor = await chromium.VisitAsync(product);
        await visitor.SignInAsync("alan");
        await visitor.CreateReplAsync("python", "Closed");
        var workbench = new WorkbenchPage(visitor.Page);
        await workbench.ReadyAsync();
        await workbench.OpenAsync("main.py");
        await workbench.RewriteAsync("first = 20\n");
        await visitor.Page.Keyboard.PressAsync("Control+End");
        var tab = visitor.Page.GetByTestId("tab:main.py");
        await visitor.Page.EvaluateAsync(
            """
            () => {
              document.execCommand('insertText', false, '# the last words');
              queueMicrotask(() => document.querySelector('[data-testid="close:main.py"]').click());
            }
            """);
        await Expect(tab).ToHaveCountAsync(0);

        await workbench.TypeAsync("until grep -o 'the last words' main.py; do sleep 0.1; done");
        await workbench.WaitForTerminalAsync("^the last words");
        await visitor.StopReplAsync("Closed");
    }

    [Fact]
    public async Task What_is_typed_just_before_it_is_run_is_run()
    {
        await using var visitor = await chromium.VisitAsync(product);
        await visitor.SignInAsync("alan");
        await visitor.CreateReplAsync("python", "Run");
        var page = visitor.Page;
        var workbench = new WorkbenchPage(page);
        await workbench.ReadyAsync();
        await workbench.OpenAsync("main.py");
        for (var run = 1; run <= 3; run++)
        {
            await workbench.RewriteAsync($"print('run', {run});");
            await page.EvaluateAsync(
                """
                () => {
                  document.execCommand('insertText', false, ' print("of what stands here")');
                  queueMicrotask(() => document.querySelector('[data-testid=run]').click());
                }
                """);
            await workbench.WaitForTerminalAsync($"^run {run}\\s+of what stands here");
            await Expect(page.GetByTestId("run")).ToHaveTextAsync("Run");
        }
        await visitor.StopReplAsync("Run");
    }

    /// <summary>A frame has 9 MiB, and these characters take six bytes each.</summary>
    [Fact]
    public async Task A_large_paste_arrives_and_one_that_is_too_large_is_refused_in_words()
    {
        await using var visitor = await chromium.VisitAsync(product);
        await visitor.SignInAsync("alan");
        await visitor.CreateReplAsync("python", "Pasted");
        var page = visitor.Page;
        var workbench = new WorkbenchPage(page);
        await workbench.ReadyAsync();
        await workbench.OpenAsync("main.py");
        await workbench.RewriteAsync("# ");
        await PasteAsync("() => ('\\u0001'.repeat(80) + '\\n').repeat(22000)");
        await workbench.SavedAsync();
        await workbench.TypeAsync("wc -c main.py");
        await workbench.WaitForTerminalAsync("^1782002 main.py");

        await workbench.Editor.ClickAsync();
        await PasteAsync("() => 'x'.repeat(5 << 20)");
        await Expect(page.GetByText("That is too much text")).ToBeVisibleAsync();
        Assert.Equal(1_782_002, await page.EvaluateAsync<int>("() => window.devexWorkbench.editorText().length"));
        await visitor.PictureAsync("workbench-too-much-text");
        await visitor.StopReplAsync("Pasted");

        // The clipboard is not a headless browser's to read.
        Task PasteAsync(string text) => page.EvaluateAsync(
            $$"""
            () => {
              const clipboardData = new DataTransfer();
              clipboardData.setData('text/plain', ({{text}})());
              document.activeElement.dispatchEvent(new ClipboardEvent('paste', { clipboardData, bubbles: true, cancelable: true }));
            }
            """);
    }

    [Fact]
    public async Task A_session_that_is_killed_takes_no_acknowledged_edit_and_none_that_is_typed_meanwhile()
    {
        await using var visitor = await chromium.VisitAsync(product);
        await visitor.SignInAsync("linus");
        await visitor.CreateReplAsync("python", "Killed");
        var workbench = new WorkbenchPage(visitor.Page);
        await workbench.ReadyAsync();
        await workbench.OpenAsync("main.py");
        await workbench.RewriteAsync("before = 20\n");
        await workbench.SavedAsync();

        await visitor.Page.Keyboard.PressAsync("Control+End");
        await visitor.Page.EvaluateAsync(
            """
            () => {
              const root = document.querySelector('.dx-workbench');
              window.connections = [];
              new MutationObserver(() => window.connections.push(root.dataset.connection)).observe(root, { attributeFilter: ['data-connection'] });
            }
            """);
        SessionProcess.KillServe(new Uri(visitor.Page.Url).Segments[^1]);
        // Keys go down before anybody has noticed, all the while it is away, and when it is back.
        var typed = new StringBuilder("before = 20\n");
        using var limit = new CancellationTokenSource(TimeSpan.FromMilliseconds(Patience));
        for (var line = 0; !await visitor.Page.EvaluateAsync<bool>("() => window.connections.length > 1 && window.connections.at(-1) === 'live'"); line++)
        {
            limit.Token.ThrowIfCancellationRequested();
            await visitor.Page.Keyboard.TypeAsync($"# {line}\n");
            typed.Append(CultureInfo.InvariantCulture, $"# {line}\n");
        }
        await visitor.Page.Keyboard.InsertTextAsync("print(before + 22)\n");
        typed.Append("print(before + 22)\n");
        await workbench.ConnectedAsync();
        await workbench.SavedAsync();
        Assert.Equal(typed.ToString(), await visitor.Page.EvaluateAsync<string>("() => window.devexWorkbench.editorText()"));
        await workbench.WaitForTerminalAsync("\\$\\s*$");
        await workbench.TypeAsync("python3 main.py");
        await workbench.WaitForTerminalAsync("^42");

        // What is said of it is read once, and not again by the page that is loaded next.
        var banner = visitor.Page.GetByTestId("banner");
        await Expect(banner).ToContainTextAsync("The session crashed");
        await banner.GetByRole(AriaRole.Button, new() { Name = "Dismiss" }).ClickAsync();
        await Expect(banner).ToBeHiddenAsync();
        await visitor.Page.ReloadAsync();
        await workbench.ConnectedAsync();
        await Expect(visitor.Page.GetByRole(AriaRole.Status, new() { NameRegex = new Regex("^It runs while somebody has it open") })).ToHaveTextAsync("Connected");
        await Expect(banner).ToBeHiddenAsync();
        await visitor.StopReplAsync("Killed");
    }

    [Fact]
    public async Task A_repl_that_is_stopped_is_opened_and_started_where_the_person_is()
    {
        await using var visitor = await chromium.VisitAsync(product);
        await visitor.SignInAsync("alan");
        await visitor.CreateReplAsync("bash", "Halted");
        var workbench = new WorkbenchPage(visitor.Page);
        await workbench.ReadyAsync();
        var address = visitor.Page.Url;
        await visitor.StopReplAsync("Halted");

        await visitor.Page.GotoAsync(address);
        await Expect(workbench.Overlay.GetByRole(AriaRole.Heading, new() { Name = "Stopped" })).ToBeVisibleAsync(new() { Timeout = Patience });
        await visitor.PictureAsync("workbench-stopped");
        await workbench.Overlay.GetByTestId("start").ClickAsync();
        await workbench.ReadyAsync();
        await Expect(workbench.Overlay).ToBeHiddenAsync();
        await visitor.StopReplAsync("Halted");
    }
}
