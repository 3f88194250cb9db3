using System.Text.RegularExpressions;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Devex.Testing.Browser;

/// <summary>The workbench as a person uses it.</summary>
public sealed class WorkbenchPage(IPage page)
{
    // Machines that run tests are slow and shared; what takes longer than this is broken, not slow.
    private const float Patience = 60_000;

    public ILocator Tree => page.GetByTestId("file-tree");

    public ILocator Editor => page.GetByTestId("editor");

    public ILocator Overlay => page.GetByTestId("overlay");

    /// <summary>Connected, with a terminal whose prompt is there.</summary>
    public async Task ReadyAsync()
    {
        await ConnectedAsync();
        await WaitForTerminalAsync("\\$\\s*$");
    }

    /// <summary>Connected to a session; a start that failed is reported with what the page says of it.</summary>
    public async Task ConnectedAsync()
    {
        var connected = page.GetByText("Connected", new() { Exact = true });
        var failed = Overlay.GetByRole(AriaRole.Heading, new() { Name = "Not started" });
        await Expect(connected.Or(failed).First).ToBeVisibleAsync(new() { Timeout = Patience });
        if (await failed.IsVisibleAsync())
            throw new InvalidOperationException($"The REPL did not start: {await Overlay.InnerTextAsync()}");
    }

    public ILocator File(string path) => page.GetByTestId($"file:{path}");

    /// <summary>Opens a file from the tree: until it is there, the file before it has the keys.</summary>
    public async Task OpenAsync(string path)
    {
        await File(path).ClickAsync();
        await Expect(Editor).ToHaveAttributeAsync("aria-label", $"Text of {path}");
    }

    /// <summary>Replaces the whole text of the file that is open, by keys.</summary>
    public async Task RewriteAsync(string text)
    {
        await Editor.ClickAsync();
        await page.Keyboard.PressAsync("Control+a");
        await page.Keyboard.InsertTextAsync(text);
    }

    /// <summary>Waits until the save state says that the file is on the session's disk or further.</summary>
    public Task SavedAsync() =>
        Expect(page.GetByTestId("save-state")).ToHaveTextAsync(new Regex("^Saved"), new() { Timeout = Patience });

    /// <summary>Waits until the save state says that the open files are in S3.</summary>
    public Task SavedToS3Async(float patience = Patience) =>
        Expect(page.GetByTestId("save-state")).ToHaveTextAsync(new Regex("^Saved to S3"), new() { Timeout = patience });

    /// <summary>Opens a terminal by its button, and waits until it is the one that shows: the prompt of the one before would do for what follows, and then lose its first key.</summary>
    public async Task NewTerminalAsync()
    {
        var tabs = page.GetByRole(AriaRole.Tablist, new() { Name = "Terminals" }).GetByRole(AriaRole.Tab);
        var former = await tabs.CountAsync();
        await page.GetByTestId("new-terminal").ClickAsync();
        await Expect(tabs.Nth(former)).ToHaveAttributeAsync("aria-selected", "true", new() { Timeout = Patience });
        await WaitForTerminalAsync("\\$\\s*$");
    }

    /// <summary>Types a line into the terminal that shows.</summary>
    public async Task TypeAsync(string line)
    {
        await page.GetByTestId("terminal").ClickAsync();
        await page.Keyboard.TypeAsync(line);
        await page.Keyboard.PressAsync("Enter");
    }

    /// <summary>
    /// Waits for output that matches, in the terminal that shows. Asked from outside again and again: a wait inside the page would need eval,
    /// which the pages' policy forbids.
    /// </summary>
    public async Task WaitForTerminalAsync(string pattern)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromMilliseconds(Patience));
        using var tick = new PeriodicTimer(TimeSpan.FromMilliseconds(100));
        var text = "";
        try
        {
            do
            {
                text = await TerminalTextAsync();
                if (Regex.IsMatch(text, pattern, RegexOptions.Multiline))
                    return;
            }
            while (await tick.WaitForNextTickAsync(limit.Token));
        }
        catch (OperationCanceledException)
        {
            throw new TimeoutException($"The terminal never showed /{pattern}/. It shows:\n{text}");
        }
    }

    /// <summary>The text of the terminal that shows, empty when there is none.</summary>
    public async Task<string> TerminalTextAsync() => await page.EvaluateAsync<string?>("() => window.devexWorkbench?.terminalText()") ?? "";

    /// <summary>Opens the context menu of a file and picks from it.</summary>
    public async Task PickAsync(string path, string item)
    {
        await File(path).ClickAsync(new() { Button = MouseButton.Right });
        await page.GetByTestId("menu").GetByRole(AriaRole.Menuitem, new() { NameRegex = new Regex("^" + item) }).ClickAsync();
    }

    /// <summary>Drags something to the left edge of something else: whether that takes it is asked at the second move over it, of which a locator's own drag makes one.</summary>
    public async Task DragAsync(ILocator what, ILocator to)
    {
        await what.HoverAsync();
        await page.Mouse.DownAsync();
        await to.HoverAsync(new() { Position = new() { X = 8, Y = 12 } });
        await to.HoverAsync(new() { Position = new() { X = 4, Y = 12 } });
        await page.Mouse.UpAsync();
    }

    /// <summary>Types <c># the last words</c> where the cursor is and leaves for <c>about:blank</c>: neither a frame nor a timer comes between, nor an answer to the first half, which is on its way by then.</summary>
    public async Task TypeAndLeaveAsync()
    {
        page.Dialog += (_, dialog) => _ = dialog.AcceptAsync();
        await page.EvaluateAsync(
            """
            () => {
              window.requestAnimationFrame = window.setTimeout = () => 0;
              document.execCommand('insertText', false, '# the last');
              // The editor hears of it in a microtask.
              queueMicrotask(() => {
                Object.defineProperty(document, 'visibilityState', { value: 'hidden' });
                document.dispatchEvent(new Event('visibilitychange'));
                document.execCommand('insertText', false, ' words');
                queueMicrotask(() => location.replace('about:blank'));
              });
            }
            """);
        await Expect(page).ToHaveURLAsync("about:blank");
    }

    /// <summary>Gives the name that the tree asks for.</summary>
    public async Task NameAsync(string name)
    {
        await page.GetByTestId("name-input").FillAsync(name);
        await page.Keyboard.PressAsync("Enter");
    }
}
