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
        await Expect(page.GetByTestId("run-result")).ToHaveTextAsync(new Regex("^Exit \\d+ in "), new() { Timeout = 60_000 });
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
