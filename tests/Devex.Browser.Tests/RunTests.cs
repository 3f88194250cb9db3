using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text.RegularExpressions;
using Devex.Testing;
using Microsoft.Playwright;
using Xunit;
using static Microsoft.Playwright.Assertions;

namespace Devex.Browser.Tests;

/// <summary>Run, stop, restart with a command of one's own, and the page of what runs beside the editor.</summary>
public sealed class RunTests(Product product, Chromium chromium)
{
    private const float Soon = 60_000;

    [Fact]
    public async Task A_command_is_run_once_or_kept_and_restarted()
    {
        await using var visitor = await chromium.VisitAsync(product);
        await visitor.SignInAsync("linus");
        await visitor.CreateReplAsync("node", "Commands " + Guid.NewGuid().ToString("N")[..6]);
        var page = visitor.Page;
        var workbench = new WorkbenchPage(page);
        await workbench.ReadyAsync();

        await page.GetByTestId("run-more").ClickAsync();
        await page.GetByRole(AriaRole.Menuitem, new() { Name = "Edit the command…" }).ClickAsync();
        await visitor.LookAsync("workbench-command");
        await page.GetByTestId("run-command").FillAsync("echo once-$((40+2)); exit 3");
        await page.GetByTestId("command-once").ClickAsync();
        await workbench.WaitForTerminalAsync("^once-42");
        await Expect(page.GetByTestId("run-result")).ToHaveTextAsync(new Regex("^Exit 3 in "), new() { Timeout = 60_000 });

        // Kept: the next page has it too.
        await page.GetByTestId("run-more").ClickAsync();
        // Nothing of what has ended is said to be connected to again; by now its connection has gone.
        await Expect(page.Locator(".dx-terminal.dx-disconnected")).ToHaveCountAsync(0);
        await page.GetByRole(AriaRole.Menuitem, new() { Name = "Edit the command…" }).ClickAsync();
        await page.GetByTestId("run-command").FillAsync("echo kept-$$; exec sleep 1000");
        await page.RunAndWaitForResponseAsync(() => page.GetByTestId("command-keep").ClickAsync(), answer => answer.Request.Method == "PATCH");
        await Expect(page.GetByTestId("command-dialog")).ToHaveCountAsync(0, new() { Timeout = 60_000 });
        await page.ReloadAsync();
        await workbench.ConnectedAsync();
        await page.GetByTestId("run").ClickAsync();
        await workbench.WaitForTerminalAsync("^kept-\\d+");
        var first = Regex.Match(await workbench.TerminalTextAsync(), "^kept-\\d+", RegexOptions.Multiline).Value;
        await page.GetByTestId("restart").ClickAsync();
        await workbench.WaitForTerminalAsync($"^kept-(?!{first["kept-".Length..]}\\b)\\d+");
        await page.GetByTestId("run").ClickAsync();
        await Expect(page.GetByTestId("run-result")).ToHaveTextAsync(new Regex("^Stopped after "), new() { Timeout = 60_000 });
        await Expect(page.GetByTestId("run-result")).Not.ToHaveClassAsync(new Regex("dx-bad"));
        Assert.Empty(visitor.Exceptions);
    }

    [Fact]
    public async Task A_press_counts_whatever_comes_between_the_pointer_s_going_down_and_up()
    {
        await using var visitor = await chromium.VisitAsync(product);
        await visitor.SignInAsync("linus");
        var page = visitor.Page;
        var sockets = new ConcurrentQueue<IWebSocket>();
        page.WebSocket += (_, socket) => sockets.Enqueue(socket);
        var name = "Pressed " + Guid.NewGuid().ToString("N")[..6];
        await visitor.CreateReplAsync("node", name);
        var workbench = new WorkbenchPage(page);
        await workbench.ReadyAsync();
        await using var elsewhere = await chromium.VisitAsync(product);
        await elsewhere.SignInAsync("linus");
        await elsewhere.Page.GotoAsync(page.Url);
        var beside = new WorkbenchPage(elsewhere.Page);
        await beside.ReadyAsync();

        // What is known of the REPL changes.
        await page.GetByTestId("run").HoverAsync();
        await page.Mouse.DownAsync();
        await elsewhere.RenameReplAsync(page.Url[^12..], name + " anew");
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = name + " anew" })).ToBeVisibleAsync(new() { Timeout = Soon });
        await page.Mouse.UpAsync();
        await workbench.WaitForTerminalAsync("^Listening on http://localhost:3000");

        // Another program opens a port.
        await page.GetByTestId("preview:3000").HoverAsync(new() { Timeout = Soon });
        await page.Mouse.DownAsync();
        var opened = HeardAsync("ports.changed", "4000");
        await beside.TypeAsync("node -e 'require(\"http\").createServer().listen(4000)' &");
        await opened;
        await page.Mouse.UpAsync();
        await Expect(page.FrameLocator("[data-testid=preview-frame]").GetByRole(AriaRole.Heading)).ToHaveTextAsync("Hello, world!", new() { Timeout = Soon });
        await Expect(page.GetByTestId("preview:4000")).ToBeVisibleAsync();

        // Source control is told of another file.
        await page.GetByTestId("toggle-git").ClickAsync();
        await page.GetByTestId("git-init").ClickAsync(new() { Timeout = Soon });
        await page.GetByTestId("git-stage:greet.js").HoverAsync(new() { Timeout = Soon });
        await page.Mouse.DownAsync();
        var changed = HeardAsync("untracked", "another.js");
        await beside.TypeAsync("echo > another.js");
        await changed;
        await page.Mouse.UpAsync();
        await Expect(page.GetByTestId("git-staged").GetByTestId("git:greet.js")).ToBeVisibleAsync(new() { Timeout = Soon });
        await Expect(page.GetByTestId("git-changes").GetByTestId("git:another.js")).ToBeVisibleAsync(new() { Timeout = Soon });

        // By keys: the next file has the focus, and then takes the next key.
        await page.GetByTestId("git-stage:index.js").FocusAsync();
        await page.Keyboard.PressAsync("Enter");
        await Expect(page.GetByTestId("git-staged").GetByTestId("git:index.js")).ToBeVisibleAsync(new() { Timeout = Soon });
        await Expect(page.GetByTestId("git-stage:package.json")).ToBeFocusedAsync();
        await page.Keyboard.PressAsync("Enter");
        await Expect(page.GetByTestId("git-staged").GetByTestId("git:package.json")).ToBeVisibleAsync(new() { Timeout = Soon });
        Assert.Empty(visitor.Exceptions);

        Task HeardAsync(params string[] words)
        {
            var heard = new TaskCompletionSource();
            foreach (var socket in sockets)
            {
                socket.FrameReceived += (_, frame) =>
                {
                    if (frame.Text is { } text && words.All(text.Contains))
                        heard.TrySetResult();
                };
            }
            return heard.Task.WaitAsync(TimeSpan.FromMilliseconds(Soon));
        }
    }

    [Fact]
    public async Task A_session_that_is_being_stopped_starts_nothing_any_more()
    {
        await using var visitor = await chromium.VisitAsync(product);
        await visitor.SignInAsync("linus");
        var name = "Ended " + Guid.NewGuid().ToString("N")[..6];
        await visitor.CreateReplAsync("bash", name);
        var page = visitor.Page;
        var workbench = new WorkbenchPage(page);
        await workbench.ReadyAsync();
        // It takes its time to end.
        await workbench.TypeAsync("(trap '' HUP TERM; while :; do sleep 0.1; done) & echo holds-$((1+1))");
        await workbench.WaitForTerminalAsync("^holds-2");
        await Expect(page.GetByTestId("run")).ToBeEnabledAsync();
        await page.EvaluateAsync(
            """
            () => {
              const [banner, run] = ["banner", "run"].map((id) => document.querySelector(`[data-testid=${id}]`));
              window.told = [];
              new MutationObserver(() => banner.hidden || window.told.push(`${run.disabled} ${run.title} | ${banner.textContent}`)).observe(banner, { attributes: true, childList: true });
            }
            """);
        await using var elsewhere = await chromium.VisitAsync(product);
        await elsewhere.SignInAsync("linus");
        await elsewhere.StopReplAsync(name);
        var told = await page.EvaluateAsync<string[]>("() => window.told");
        Assert.NotEmpty(told);
        Assert.All(told, words => Assert.StartsWith("true The session is being saved, and ends. | ", words, StringComparison.Ordinal));
        Assert.Empty(visitor.Exceptions);
    }

    [Fact]
    public async Task A_Vite_project_shows_beside_the_editor_and_changes_without_a_reload()
    {
        await using var visitor = await chromium.VisitAsync(product);
        await visitor.SignInAsync("linus");
        await visitor.CreateReplAsync("static", "Vite " + Guid.NewGuid().ToString("N")[..6]);
        var page = visitor.Page;
        var workbench = new WorkbenchPage(page);
        await workbench.ReadyAsync();
        await page.GetByTestId("upload-input").SetInputFilesAsync(await PackViteAsync());
        await Expect(workbench.File("vite.tgz")).ToBeVisibleAsync(new() { Timeout = 120_000 });
        // Out of the workspace, in the folder that no snapshot keeps: it is a tool here, not the user's.
        await workbench.TypeAsync(
            "mkdir -p ~/.cache/vite && tar -xzf vite.tgz -C ~/.cache/vite && rm vite.tgz && echo '<h1 id=\"at\"></h1><input id=\"kept\"><script type=\"module\" src=\"/main.js\"></script>' > index.html && echo 'import { word } from \"./word.js\"; const show = (text) => { document.getElementById(\"at\").textContent = text; }; show(word); import.meta.hot.accept(\"./word.js\", (next) => show(next.word));' > main.js && echo 'export const word = \"before\";' > word.js && echo unpacked-$((1+1))");
        await workbench.WaitForTerminalAsync("^unpacked-2");

        await page.GetByTestId("run-more").ClickAsync();
        await page.GetByRole(AriaRole.Menuitem, new() { Name = "Edit the command…" }).ClickAsync();
        await page.GetByTestId("run-command").FillAsync("node ~/.cache/vite/node_modules/vite/bin/vite.js --port 5173 --strictPort");
        await page.GetByTestId("command-once").ClickAsync();
        await page.GetByTestId("preview:5173").ClickAsync(new() { Timeout = 90_000 });
        var frame = page.FrameLocator("[data-testid=preview-frame]");
        await Expect(frame.Locator("#at")).ToHaveTextAsync("before", new() { Timeout = 90_000 });
        await visitor.PictureAsync("workbench-preview");

        // What was typed into the page is still there afterwards: the module was replaced, the page was not loaded again.
        await frame.Locator("#kept").FillAsync("mine");
        await workbench.OpenAsync("word.js");
        await workbench.RewriteAsync("export const word = \"after\";\n");
        await Expect(frame.Locator("#at")).ToHaveTextAsync("after", new() { Timeout = 90_000 });
        await Expect(frame.Locator("#kept")).ToHaveValueAsync("mine");

        // The same in a tab of its own.
        var tab = await visitor.Context.RunAndWaitForPageAsync(() => page.GetByTestId("preview-tab").ClickAsync(), new() { Timeout = 60_000 });
        await Expect(tab.Locator("#at")).ToHaveTextAsync("after", new() { Timeout = 60_000 });
        await page.GetByTestId("preview-close").ClickAsync();
        await Expect(page.GetByTestId("preview-frame")).ToBeHiddenAsync();
        Assert.Empty(visitor.Exceptions);
    }

    /// <summary>npm's vite with what it needs, as one archive.</summary>
    private static async Task<string> PackViteAsync()
    {
        var folder = Path.Combine(BuiltProgram.RepositoryRoot, "tests", "tools", "vite");
        var archive = Path.Combine(BuiltProgram.RepositoryRoot, "artifacts", "vite.tgz");
        Directory.CreateDirectory(Path.GetDirectoryName(archive)!);
        if (!Directory.Exists(Path.Combine(folder, "node_modules")))
            await RunAsync(folder, "npm", "ci", "--no-audit", "--no-fund");
        await RunAsync(folder, "tar", "-czf", archive, "node_modules");
        return archive;
    }

    private static async Task RunAsync(string folder, string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { WorkingDirectory = folder })!;
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.Equal(0, process.ExitCode);
    }
}
